from pydantic import BaseModel


class Line(BaseModel):
    count: int
    price: int


class Order(BaseModel):
    lines: list[Line]
