from aiohttp import web
from starlette.routing import Mount, Route

routes = [
    Route("/", endpoint=homepage),
    Route("/users/{id}", user, methods=["GET", "DELETE"]),
    Mount("/static", app=static),
]

app = web.Application()
app.router.add_get("/status", status)
app.router.add_route("PATCH", "/things/{id}", patch_thing)
app.add_routes([web.get("/a", handle_a), web.post("/b", handle_b)])
