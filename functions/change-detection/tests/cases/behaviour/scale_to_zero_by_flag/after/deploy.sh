gcloud run deploy svc --min-instances 0 --timeout=300
