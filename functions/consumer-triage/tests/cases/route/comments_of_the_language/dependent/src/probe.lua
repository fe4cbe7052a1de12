-- http.get("http://provider-service/health")
return {}
