from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.post("/jobs", status_code=202)
def make(job: dict):
    if not job:
        raise HTTPException(status_code=404)
    return job
