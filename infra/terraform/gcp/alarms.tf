module "alarms" {
  source = "../modules/gcp/alarms"

  project  = var.project
  prefix   = var.prefix
  services = [for function in module.function : function.name]
  ingest   = { service = module.function[local.ingest].name, url = local.addresses[local.ingest] }
  subscriptions = {
    live = [for queue in module.queue : queue.name]
    dead = [for queue in module.queue : queue.dead_name]
  }

  notification_channels = var.notification_channels
  model_spend_usd_a_day = var.model_spend_usd_a_day
  billing_account       = var.billing_account
  budget_usd_a_month    = var.budget_usd_a_month
  budget_label          = { key = "application", value = local.application }
  labels                = local.labels
}
