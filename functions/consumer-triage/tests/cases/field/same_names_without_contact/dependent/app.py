def f(order):
    return order["order_id"]

def g(bridge_info):
    return bridge_info.door_open

class User:
    email: str
