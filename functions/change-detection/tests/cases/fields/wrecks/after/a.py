class A(BaseModel):
    x

@app.post("/a"
def f(a: A): return {"x": 1, "y
