gcloud run deploy svc --timeout=60 --min-instances 0
