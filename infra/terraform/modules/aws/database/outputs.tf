output "url" {
  description = "Address with the password in it, for a write-only argument."
  value       = "postgres://${local.owner}:${var.password}@${aws_rds_cluster.this.endpoint}:${local.port}/${local.database}?sslmode=require"
  sensitive   = true
}

output "endpoint" {
  description = "Host name."
  value       = aws_rds_cluster.this.endpoint
}

output "security_group_id" {
  description = "The database's security group."
  value       = aws_security_group.this.id
}
