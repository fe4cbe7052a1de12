package com.example.orders;

import static org.junit.Assert.assertEquals;
import java.util.*;
import com.example.shared.Client;

/** A service. */
@Service
@ConfigurationProperties(prefix = "orders")
public class OrderService extends BaseService<Order> implements AutoCloseable {
    public static final String TOPIC = "orders.created.v1";
    private static final int RETRIES = 3;
    private final Client client;
    @Value("${orders.api-url:http://localhost}")
    private String apiUrl;

    public OrderService(Client client, @Qualifier("x") String name) {
        this.client = client;
        String url = System.getenv("ORDERS_URL");
        String region = System.getenv().getOrDefault("REGION", "eu");
        String property = System.getProperty("user.home");
    }

    @Override
    @Transactional(readOnly = true)
    public <T extends Order> Optional<T> find(long id, Class<T> type) throws NotFoundException {
        ResponseEntity<Order> r = restTemplate.getForEntity("/orders/{id}", Order.class, id);
        return Optional.of(new Order(id).withName("name"));
    }

    protected void visible() {}
    void packagePrivate() {}
    private void hidden() { Runnable r = () -> run(); }

    public record Line(String sku, int count) {}

    public enum State { OPEN, CLOSED("closed"); private String s; }

    interface Listener { void changed(Order order); int LIMIT = 5; }

    @interface Marker { String value() default "x"; }
}
