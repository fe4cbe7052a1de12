gcloud run deploy svc --region europe-west1 --memory 1Gi
gcloud run deploy svc2 --region us-central1 --memory 1Gi
