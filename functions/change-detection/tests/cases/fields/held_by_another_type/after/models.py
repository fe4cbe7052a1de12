from pydantic import BaseModel


class Line(BaseModel):
    count: int


class Order(BaseModel):
    lines: list[Line]
