@app.get("/v1/health")
def health():
    return 1
