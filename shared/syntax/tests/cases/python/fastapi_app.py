from fastapi import APIRouter, Depends, FastAPI, Header, WebSocket
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings

app = FastAPI(title="Orders", root_path="/svc")
router = APIRouter(prefix="/orders", tags=["orders"])
admin = APIRouter(
    prefix="/admin",
)


class Settings(BaseSettings):
    database_url: str = Field(..., env="DATABASE_URL")
    cache_ttl: int = Field(60, validation_alias="CACHE_TTL")
    log_level: str = "info"


class Order(BaseModel):
    id: int
    total: float = Field(alias="grandTotal")


@app.get("/health")
async def health() -> dict:
    return {"status": "ok"}


@app.api_route("/echo", methods=["GET", "POST"])
def echo(): ...


@router.get("", response_model=list[Order])
async def list_orders(limit: int = 50, x_api_key: str = Header(...)):
    return []


@router.post(
    "/{order_id}/cancel",
    status_code=202,
    dependencies=[Depends(auth)],
)
async def cancel(order_id: int, body: Order):
    requests.post("/not-a-route")
    return client.get("/also/not/one")


@admin.delete("/users/{user_id}")
def remove(user_id: str): ...


@app.websocket("/ws")
async def ws(socket: WebSocket): ...


@mock.patch("/not/a/route")
def test_it(): ...


@pytest.mark.parametrize("path", ["/a"])
@client.get("relative-not-route")
def other(): ...


app.include_router(router)
app.include_router(admin, prefix="/internal")
app.add_api_route("/late", echo, methods=["PUT"])
