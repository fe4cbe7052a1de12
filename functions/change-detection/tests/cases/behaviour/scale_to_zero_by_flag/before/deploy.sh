gcloud run deploy svc --min-instances 1 --timeout=300
