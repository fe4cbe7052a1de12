helm upgrade a b --wait
kubectl rollout status x --timeout 5m
