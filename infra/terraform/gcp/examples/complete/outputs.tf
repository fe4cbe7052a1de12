output "url" {
  description = "Public address: `ORCHESTRATOR_URL` of monitored repositories."
  value       = module.downstream.url
}

output "secrets" {
  description = "Names of the secrets."
  value       = module.downstream.secrets
}

output "secrets_to_set" {
  description = "Secrets that wait for a value."
  value       = module.downstream.secrets_to_set
}

output "roles" {
  description = "Every role that each function has."
  value       = module.downstream.roles
}
