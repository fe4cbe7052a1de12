#!/bin/sh
gcloud run deploy app \
  --image=app \
  --gpu=1 \
  --memory=8Gi
echo done
