# provider-service
until curl -sf "$URL/health"; do
  sleep 1
done
