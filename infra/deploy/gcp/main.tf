# What deploy-gcp.sh applies: the module of infra/terraform/gcp with a state that several people and CI share. Whoever
# outgrows the script goes on from here, or calls the module from a configuration of their own.

terraform {
  required_version = ">= 1.11"

  # Which bucket is said at `terraform init`.
  backend "gcs" {}

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.50, < 8.0"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region

  # Budgets are asked for in the name of a project.
  user_project_override = true
  billing_project       = var.project
}

module "downstream" {
  source = "../../terraform/gcp"

  project               = var.project
  region                = var.region
  prefix                = "${var.name}-"
  image                 = var.image
  secrets               = []
  existing_secrets      = { for secret in var.secrets : secret => "${var.name}-${lower(replace(secret, "_", "-"))}" }
  secrets_revision      = var.secrets_revision
  database              = var.create_database ? { deletion_protection = var.protected } : null
  database_password     = var.database_password
  bucket_force_destroy  = !var.protected
  notification_channels = google_monitoring_notification_channel.mail[*].id
  billing_account       = var.billing_account == "" ? null : var.billing_account
  budget_usd_a_month    = var.monthly_budget_usd
}

resource "google_monitoring_notification_channel" "mail" {
  count = var.alarm_email == "" ? 0 : 1

  project      = var.project
  display_name = "Alarms of ${var.name}"
  type         = "email"
  labels       = { email_address = var.alarm_email }
}
