from pydantic import AliasChoices, BaseModel, Field


class LoadRequest(BaseModel):
    shelf_name: str = Field(
        alias=AliasChoices("shelf_name", "name"),
        description="Aliases: name",
    )
    depth: int = Field(default=1, alias=AliasChoices("depth", "deep", "d"))
