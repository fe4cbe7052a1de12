import dataclasses


@dataclasses.dataclass(frozen=True)
class CallSpec:
    argvalues: dict[str, object] = dataclasses.field(default_factory=dict)
    params: dict = dataclasses.field(default_factory=dict)
