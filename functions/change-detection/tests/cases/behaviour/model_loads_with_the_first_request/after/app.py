from fastapi import FastAPI

app = FastAPI()
model = None

@app.post("/ask")
def ask():
    global model
    model = model or load_model()
    return model()
