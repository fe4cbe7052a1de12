package com.shop;

@RestController
public class Orders {
    public record NewOrder(int total, @JsonProperty("ship_to") String shipTo) {}
    public record Order(String id, String mail) {}
    record Row(String key, String value) {}

    @PostMapping("/orders")
    public Order make(@RequestBody NewOrder order) {
        return save(order);
    }
}
