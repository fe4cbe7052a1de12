stub = OrderDeskStub(1)
