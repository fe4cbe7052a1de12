# provider-service
x = "provider-service"
timeout=((((
timeout=1)))
timeout=99999999999999999999999
