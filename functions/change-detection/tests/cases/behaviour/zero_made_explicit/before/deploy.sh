gcloud run deploy svc --min-instances 0 --memory 1Gi
