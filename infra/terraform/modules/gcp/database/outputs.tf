output "url" {
  description = "Address with the password in it, for a write-only argument. The host is the socket of the connector."
  value       = "postgres://${local.owner}:${var.password}@localhost/${local.database}?host=/cloudsql/${local.connection}"
  sensitive   = true
}

output "connection" {
  description = "What services mount: `<project>:<region>:<instance>`."
  value       = local.connection
}

locals {
  connection = "${var.project}:${var.region}:${google_sql_database_instance.this.name}"
}
