from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.post("/jobs", status_code=200)
def make(job: dict):
    if not job:
        raise HTTPException(status_code=status.HTTP_404_NOT_FOUND)
    return job
