output "url" {
  description = "Public address: `ORCHESTRATOR_URL` of monitored repositories; webhooks go to `<url>/webhooks/github`."
  value       = local.url
}

output "secrets" {
  description = "Names of the parameters, by the secret that they hold; those that Terraform made are to be set."
  value       = local.parameters
}

output "secrets_to_set" {
  description = "Secrets whose parameters are `not-configured` until somebody sets them: `aws ssm put-parameter --overwrite --type SecureString --name … --value file:///dev/stdin`."
  value       = sort(local.made)
}

output "bucket" {
  description = "Name of the bucket."
  value       = module.storage.name
}

output "queues" {
  description = "Names of queues and of their dead letters, by stage."
  value       = { for stage, queue in module.queue : stage => { name = queue.name, dead = queue.dead_name } }
}

output "functions" {
  description = "Names of the functions, by crate."
  value       = { for name, function in module.function : name => function.name }
}

output "policies" {
  description = "What each function may do, by crate: for whoever has to approve it."
  value       = { for name, function in module.function : name => function.policy }
}

output "alarms" {
  description = "Names of all alarms."
  value       = module.alarms.names
}

output "database_endpoint" {
  description = "Host name of the new database; none where an existing one is used."
  value       = one(module.database[*].endpoint)
}
