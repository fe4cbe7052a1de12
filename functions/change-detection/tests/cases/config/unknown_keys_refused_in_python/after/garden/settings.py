"""Settings of garden.yaml."""
from pydantic import BaseModel


class Water(BaseModel):
    model_config = ConfigDict(extra="forbid")

    litres: int


class Settings(BaseModel):
    title: str
    water: Water
