class A(BaseModel):
    x: int

@app.post("/a")
def f(a: A): return {"x": 1, "y": 2}
