from fastapi import FastAPI

app = FastAPI()

@app.on_event("startup")
def start():
    load_model()
