from pydantic import BaseModel


class NewOrder(BaseModel):
    total: int
    note: str = ""
    region: str = "eu"
