gcloud run deploy svc \
  --no-allow-unauthenticated \
  --port=8080
