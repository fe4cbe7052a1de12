from fastapi import FastAPI

from . import orders

app = FastAPI()
app.include_router(orders.router, prefix="/api/v2")
