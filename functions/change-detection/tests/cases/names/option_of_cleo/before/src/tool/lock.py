from cleo.helpers import option


class Lock:
    options = [
        option(
            "no-refresh", None, "Do not refresh."
        ),
        option("dry-run", None, "Nothing."),
    ]
