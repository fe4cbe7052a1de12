import threading

from fastapi import FastAPI

app = FastAPI()

@app.on_event("startup")
def start():
    threading.Thread(target=load_model).start()

@app.get("/health")
def health():
    return "ok"
