from fastapi import FastAPI

app = FastAPI()


@app.post("/run")
def run():
    return {"ok": True}


