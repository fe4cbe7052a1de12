# A function for each in wiring.json: it is pushed its own queues, publishes to those that hear what it says and to its own
# dead letters, and reads its own secrets.

module "function" {
  source   = "../modules/gcp/function"
  for_each = local.settings.functions

  project       = var.project
  region        = var.region
  name          = "${var.prefix}${each.key}"
  image         = var.image
  command       = "/app/${each.key}"
  audience      = local.addresses[each.key]
  timeout       = each.value.timeout
  memory        = each.value.memory
  cpu           = each.value.cpu
  concurrency   = each.value.concurrency
  max_instances = each.value.max_instances
  public        = each.key == local.ingest
  invokers      = each.key == local.ingest ? {} : { for caller in [each.value.trigger == "schedule" ? "calendar" : "push"] : caller => google_service_account.caller[caller].email }

  environment = merge(
    {
      ORCHESTRATOR_QUEUE_URL        = "pubsub:projects/${var.project}/${var.prefix}"
      ORCHESTRATOR_BLOBS_URL        = "gs:${module.storage.name}"
      ORCHESTRATOR_URL              = local.url
      ORCHESTRATOR_SECRETS_REVISION = var.secrets_revision
    },
    each.key == local.ingest ? {} : {
      ORCHESTRATOR_PUSH_AUDIENCE        = local.addresses[each.key]
      ORCHESTRATOR_PUSH_SERVICE_ACCOUNT = local.callers[each.value.trigger == "schedule" ? "calendar" : "push"]
    },
    var.environment,
  )
  secrets = { for setting, secret in local.secrets : setting => secret if contains(each.value.secrets, setting) }

  sends = setunion(
    [for stage in each.value.sends : module.queue[stage].name],
    [for stage in each.value.stages : module.queue[stage].dead_name],
  )
  bucket              = module.storage.name
  sql_connection      = one(module.database[*].connection)
  deletion_protection = var.deletion_protection
  labels              = local.labels

  # A service that refers to a secret without a version does not start.
  depends_on = [google_secret_manager_secret_version.first, google_secret_manager_secret_version.database_url]
}
