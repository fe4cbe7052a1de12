import _acme


def f(item, callspec):
    item.argvalues["a"] = 1
    return callspec.argvalues


def g(callspec):
    return getattr(callspec, "argvalues", {})
