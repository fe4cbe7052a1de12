@app.get("/health")
def health():
    return 1
