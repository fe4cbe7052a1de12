from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class NewOrder(BaseModel):
    total: int
    region: str


class Order(BaseModel):
    id: str
    email: str
    total: int


class Settings(BaseModel):
    folder: str


@app.post("/orders", response_model=Order)
def make(order: NewOrder) -> Order:
    return save(order)
