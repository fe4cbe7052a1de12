package com.example;

import org.springframework.web.bind.annotation.*;

@RestController
@RequestMapping("/api/orders")
public class OrderController {
    private static final String PATH = "/x";

    @GetMapping
    public List<Order> list(@RequestParam(required = false) String state) { return null; }

    @GetMapping("/{id}")
    public Order get(@PathVariable long id, @RequestHeader("X-Tenant") String tenant) { return null; }

    @PostMapping(value = {"/", "/bulk"}, consumes = "application/json")
    public Order create(@RequestBody Order order) { return null; }

    @RequestMapping(path = "/{id}/state", method = RequestMethod.PUT)
    void state() {}

    @RequestMapping(value = "/both", method = {RequestMethod.GET, RequestMethod.HEAD})
    void both() {}
}

@Path("/users")
@Produces("application/json")
class UserResource {
    @GET
    public List<User> all() { return null; }

    @DELETE
    @Path("{id}")
    public void remove(@PathParam("id") String id) {}
}

@FeignClient(name = "billing", path = "/billing")
interface BillingClient {
    @GetMapping("/invoices/{id}")
    Invoice invoice(@PathVariable String id);
}
