from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.post("/jobs")
def make(job: dict):
    if not job:
        raise HTTPException(status_code=404)
    return job
