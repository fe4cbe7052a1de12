from fastapi import FastAPI

app = FastAPI()
model = load_model()

@app.post("/ask")
def ask():
    return model()
