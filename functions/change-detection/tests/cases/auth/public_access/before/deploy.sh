gcloud run deploy svc \
  --allow-unauthenticated \
  --port=8080
