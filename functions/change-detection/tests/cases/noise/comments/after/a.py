# why
def f(a):
    return a
