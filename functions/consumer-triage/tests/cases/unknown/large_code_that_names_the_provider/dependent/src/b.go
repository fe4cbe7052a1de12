package b // provider-service
