from urllib.parse import quote
from lib.web import other


def f(x):
    return quote(x)
