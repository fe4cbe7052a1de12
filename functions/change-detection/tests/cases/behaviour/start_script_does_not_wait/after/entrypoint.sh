model-server &
exec gateway
