# The river on Google Cloud: a topic a stage, a service a function, and what they share.

module "settings" {
  source = "../modules/settings"

  pipeline_file = var.pipeline_file
}

data "google_project" "this" {
  project_id = var.project
}

locals {
  settings    = module.settings.gcp
  application = trimsuffix(var.prefix, "-")
  labels      = merge(var.labels, { application = local.application, managed-by = "terraform" })

  ingest  = one([for name, function in local.settings.functions : name if function.trigger == "http"])
  sweeper = one([for name, function in local.settings.functions : name if function.trigger == "schedule"])

  # Every service has an address that follows from its name, so that who pushes to whom is known before anything is made.
  addresses = { for name in keys(local.settings.functions) :
    name => "https://${var.prefix}${name}-${data.google_project.this.number}.${var.region}.run.app"
  }
  url = coalesce(var.url, local.addresses[local.ingest])
}

module "queue" {
  source   = "../modules/gcp/queue"
  for_each = local.settings.queues

  project               = var.project
  region                = var.region
  name                  = "${var.prefix}${each.value.name}"
  ack_deadline          = each.value.ack_deadline
  minimum_backoff       = each.value.minimum_backoff
  maximum_backoff       = each.value.maximum_backoff
  max_delivery_attempts = each.value.max_delivery_attempts
  service_agent         = local.pubsub_agent
  kms_key_name          = var.kms_key_name
  labels                = local.labels

  # Which stage a message is for, the message says itself: it names its subscription.
  push = {
    endpoint        = "${local.addresses[each.value.function]}/"
    audience        = local.addresses[each.value.function]
    service_account = local.callers.push
  }
}

module "storage" {
  source = "../modules/gcp/storage"

  project           = var.project
  region            = var.region
  name              = "${var.prefix}${var.project}"
  expire_after_days = var.expire_after_days
  kms_key_name      = var.kms_key_name
  force_destroy     = var.bucket_force_destroy
  labels            = local.labels
}

module "database" {
  source = "../modules/gcp/database"
  count  = var.database == null ? 0 : 1

  project             = var.project
  region              = var.region
  name                = local.application
  tier                = var.database.tier
  password            = var.database_password
  password_version    = var.database_password_version
  deletion_protection = var.database.deletion_protection
  labels              = local.labels
}
