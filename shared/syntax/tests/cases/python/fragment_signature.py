@app.get("/health")
async def health(
    verbose: bool = False,
