"""Settings of garden.yaml."""
from pydantic import BaseModel


class Water(BaseModel):
    litres: int


class Settings(BaseModel):
    title: str
    water: Water
