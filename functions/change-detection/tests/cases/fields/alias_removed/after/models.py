from pydantic import AliasChoices, BaseModel, Field


class LoadRequest(BaseModel):
    shelf_name: str
    depth: int = Field(default=1, alias=AliasChoices("depth", "d"))
