gcloud run deploy svc --memory 1Gi
