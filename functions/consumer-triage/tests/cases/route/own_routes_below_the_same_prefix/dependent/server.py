from fastapi import FastAPI

app = FastAPI()


@app.get("/api/v1/orders")
def orders():
    return []
