gcloud run deploy svc --region us-central1 --memory 1Gi
