import x
from lib.urls import quote


def f(a):
    b = a
    return b
