docker run
docker run --entrypoint owner/provider-service@sha256:
"ö provider-service
