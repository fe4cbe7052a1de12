from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class NewOrder(BaseModel):
    total: int
    note: str = ""
    region: str = "eu"


class Order(BaseModel):
    id: str
    total: int


class Settings(BaseModel):
    folder: str
    level: str


@app.post("/orders", response_model=Order)
def make(order: NewOrder) -> Order:
    return save(order)
