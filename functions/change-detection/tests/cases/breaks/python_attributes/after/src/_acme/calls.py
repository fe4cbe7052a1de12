class CallSpec:
    """What is called."""

    params: dict = field(default_factory=dict)

    def go(self):
        self.state = 2


class Child(CallSpec):
    pass
