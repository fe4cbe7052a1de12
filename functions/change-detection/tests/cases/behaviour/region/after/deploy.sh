gcloud run deploy svc --region europe-west1 --memory 1Gi
