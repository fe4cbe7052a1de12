model-server &
until curl -sf localhost:8001/health; do sleep 1; done
exec gateway
