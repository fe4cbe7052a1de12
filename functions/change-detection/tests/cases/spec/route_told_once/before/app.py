from fastapi import FastAPI
app = FastAPI()

@app.get("/export")
def export():
    return stream()
