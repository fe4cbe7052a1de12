import dataclasses


@dataclasses.dataclass(frozen=True)
class CallSpec:
    params: dict = dataclasses.field(default_factory=dict)
