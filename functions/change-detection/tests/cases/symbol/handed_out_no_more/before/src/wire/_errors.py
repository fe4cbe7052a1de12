class Timeout(Exception):
    pass


class Hidden(Exception):
    pass
