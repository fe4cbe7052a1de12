memory = "8Gi"
