output "url" {
  description = "Public address: `ORCHESTRATOR_URL` of monitored repositories; webhooks go to `<url>/webhooks/github`."
  value       = local.url
}

output "secrets" {
  description = "Names of the secrets, by the setting that they hold; those that Terraform made are to be set."
  value       = local.secrets
}

output "secrets_to_set" {
  description = "Secrets that are `not-configured` until somebody adds a version: `gcloud secrets versions add … --data-file=-`."
  value       = sort(keys(google_secret_manager_secret_version.first))
}

output "bucket" {
  description = "Name of the bucket."
  value       = module.storage.name
}

output "queues" {
  description = "Names of topics and of the topics of their dead letters, by stage; subscriptions have the same names."
  value       = { for stage, queue in module.queue : stage => { name = queue.name, dead = queue.dead_name } }
}

output "functions" {
  description = "Names of the services, by crate."
  value       = { for name, function in module.function : name => function.name }
}

output "roles" {
  description = "Every role that each function has, by crate: for whoever has to approve it."
  value       = { for name, function in module.function : name => function.roles }
}

output "alarms" {
  description = "Names of all alarms."
  value       = module.alarms.names
}

output "database_connection" {
  description = "Connection name of the new database; none where an existing one is used."
  value       = one(module.database[*].connection)
}
