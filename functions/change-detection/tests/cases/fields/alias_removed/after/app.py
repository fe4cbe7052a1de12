from fastapi import FastAPI
from models import LoadRequest

app = FastAPI()


@app.post("/v1/shelves/load")
async def load(request: LoadRequest):
    return {"ok": True}
