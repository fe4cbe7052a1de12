


    return app


@app.get("/health")
@app.post(
    "/chat",
    tags=["x"],
)
