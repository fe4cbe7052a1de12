gcloud run deploy svc --min-instances=2 --memory 1Gi
