# Reads everything from provider-service.
import importlib


def load(session):
    module = importlib.import_module(session.settings["orders"])
    read = getattr(module, "fetch_all_orders")
    return read(session)
