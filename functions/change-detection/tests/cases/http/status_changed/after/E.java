@RestController
public class A {
    @PostMapping("/bills")
    @ResponseStatus(HttpStatus.CREATED)
    public Bill make() {
        return new Bill();
    }
}
