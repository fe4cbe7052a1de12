#!/bin/sh
gcloud run deploy app \
  --image=app \
  --gpu=1 \
  --no-gpu-redundancy \
  --memory=8Gi
echo done
