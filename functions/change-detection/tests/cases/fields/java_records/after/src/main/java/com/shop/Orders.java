package com.shop;

@RestController
public class Orders {
    public record NewOrder(int total, @NotNull @JsonProperty("address") String shipTo) {}
    public record Order(String id) {}
    record Row(String key) {}

    @PostMapping("/orders")
    public Order make(@RequestBody NewOrder order) {
        return save(order);
    }
}
