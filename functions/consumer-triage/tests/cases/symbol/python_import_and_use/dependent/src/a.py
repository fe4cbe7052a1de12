from os import path
from lib.urls import (
    quote,
    join,
)


def f(x):
    # quote it
    return quote(x)
