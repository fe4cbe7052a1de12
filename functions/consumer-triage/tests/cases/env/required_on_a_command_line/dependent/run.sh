docker run -e OTHER=1 owner/provider-service
