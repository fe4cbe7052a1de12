from fastapi import FastAPI

app = FastAPI()


@app.get("/run")
def run():
    return {"ok": True}


