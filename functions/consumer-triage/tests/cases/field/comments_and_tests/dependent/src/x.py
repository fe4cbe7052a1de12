# provider-service
# answer["order_id"]
