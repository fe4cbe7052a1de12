from fastapi import FastAPI

from shop.routers import router

app = FastAPI()
app.include_router(router)
