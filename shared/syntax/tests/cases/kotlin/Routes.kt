package com.example

fun Application.module() {
    routing {
        get("/") { call.respondText("hello") }
        route("/orders") {
            get { call.respond(list()) }
            post("/{id}/cancel") { cancel() }
            authenticate("jwt") {
                delete("/{id}") { }
            }
        }
    }
}

suspend fun fetch(client: HttpClient) {
    client.get("/not/a/route") { }
    client.post("/nor/this")
}

@RestController
@RequestMapping("/spring")
class Controller(private val service: Service) {
    @GetMapping("/items/{id}")
    fun item(@PathVariable id: Long): Item = service.find(id)
}
