from lib import urls


def f(x):
    return urls.quote(x)
