from fastapi import FastAPI, Header

app = FastAPI()


@app.get("/x")
def x(key: str = Header(None, alias="X-API-Key")):
    return key
