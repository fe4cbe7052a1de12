from fastapi import FastAPI
from models import NewOrder

app = FastAPI()


@app.post("/orders")
def make(order: NewOrder):
    return save(order)
