from fastapi import FastAPI
from models import Order

app = FastAPI()


@app.post("/orders")
def make(order: Order):
    return save(order)
