from fastapi import FastAPI, Header, HTTPException, Depends

app = FastAPI()


def verify_key(key: str = Header(None, alias="X-API-Key")):
    if key != "x":
        raise HTTPException(status_code=401)


@app.get("/admin")
def admin(key=Depends(verify_key)):
    return {"ok": True}


