gcloud run deploy svc --timeout=300 --min-instances 1
