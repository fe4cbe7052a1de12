def f(callspec):
    return callspec.argvalues
