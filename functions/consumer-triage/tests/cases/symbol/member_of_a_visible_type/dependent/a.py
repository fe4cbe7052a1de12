from depot.base import Depot


def f(x: Depot, y):
    x.close()
    y.close()
