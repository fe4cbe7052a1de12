docker run --rm -p 80:80 owner/provider-service:latest --verbose
docker run --rm owner/provider-service
