#!/bin/sh
gcloud run deploy app \
  --image=app \
  --gpu=1 \
  --no-gpu-zonal-redundancy \
  --startup-probe=tcp \
  --memory=8Gi
echo done
