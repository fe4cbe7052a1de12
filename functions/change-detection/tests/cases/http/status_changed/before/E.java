@RestController
public class A {
    @PostMapping("/bills")
    @ResponseStatus(HttpStatus.OK)
    public Bill make() {
        return new Bill();
    }
}
