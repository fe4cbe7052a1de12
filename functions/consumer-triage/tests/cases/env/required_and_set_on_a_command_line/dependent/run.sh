docker run -e MODEL_TOKEN owner/provider-service
