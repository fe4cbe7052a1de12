def open_orders(request):
    return None
