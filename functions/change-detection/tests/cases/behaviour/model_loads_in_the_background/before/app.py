from fastapi import FastAPI

app = FastAPI()

@app.on_event("startup")
def start():
    load_model()

@app.get("/health")
def health():
    return "ok"
