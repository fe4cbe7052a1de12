import os

from fastapi import FastAPI

from shop import orders

app = FastAPI()
for module in (orders,):
    app.include_router(module.router, prefix=prefix_of(module))
