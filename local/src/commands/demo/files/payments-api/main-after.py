"""Payments for every shop of Acme."""

import os

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI()
CURRENCY = os.environ.get("CURRENCY", "USD")


class Payment(BaseModel):
    order: str
    cents: int


@app.get("/v1/health")
def health():
    return {"status": "ok"}


@app.post("/payments")
def pay(payment: Payment):
    if payment.cents <= 0:
        raise HTTPException(422, "an amount must be positive")
    return {"order": payment.order, "paid": payment.cents, "currency": CURRENCY}
