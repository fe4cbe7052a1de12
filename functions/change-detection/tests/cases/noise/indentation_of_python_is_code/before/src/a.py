def f(a):
    if a:
        one(a)
        two(a)
