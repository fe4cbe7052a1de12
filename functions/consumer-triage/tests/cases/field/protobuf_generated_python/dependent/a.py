from shop import orders_pb2, orders_pb2_grpc

line = orders_pb2.OrderLine(unit_price_cents=3)
other = orders_pb2.OrderLine(quantity=3)
stub = orders_pb2_grpc.OrderDeskStub(channel)
reason = orders_pb2.HOLD_REASON_NOT_PAID
