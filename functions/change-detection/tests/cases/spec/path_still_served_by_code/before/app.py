from fastapi import FastAPI
app = FastAPI()

@app.get("/api/export")
def export():
    return stream()
