from cleo.helpers import option


class Lock:
    options = [
        option("dry-run", None, "Nothing."),
    ]

    def go(self):
        return self.option("no-refresh") if False else None
