class CallSpec:
    """What is called.

    values: those that are given.
    """

    argvalues: dict = field(default_factory=dict)
    params: dict = field(default_factory=dict)

    def go(self):
        self.result = 1
        self.state = 2


class Child(CallSpec):
    extra: int = 1
