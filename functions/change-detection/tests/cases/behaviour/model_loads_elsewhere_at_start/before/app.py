from fastapi import FastAPI

app = FastAPI()
model = load_model()
