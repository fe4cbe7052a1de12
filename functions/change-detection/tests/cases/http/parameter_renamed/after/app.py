from fastapi import FastAPI

app = FastAPI()


@app.get("/users/{name}")
def user(name):
    return {"ok": True}


