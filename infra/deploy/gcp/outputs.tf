output "url" {
  description = "Public address: `ORCHESTRATOR_URL` of monitored repositories."
  value       = module.downstream.url
}
