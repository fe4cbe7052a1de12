# Everything in one project: the smallest Cloud SQL, a key of your own, alarms and a budget by mail, a domain of your own,
# and App credentials instead of a token.

provider "google" {
  project = var.project
  region  = var.region

  # Budgets are asked for in the name of a project.
  user_project_override = true
  billing_project       = var.project
}

module "downstream" {
  source = "../.."

  project      = var.project
  region       = var.region
  image        = var.image
  environment  = { RUST_LOG = "info" }
  url          = "https://${var.domain}"
  kms_key_name = var.kms_key_name

  secrets = [
    "ANTHROPIC_API_KEY",
    "GITHUB_APP_ID",
    "GITHUB_APP_PRIVATE_KEY",
    "GITHUB_WEBHOOK_SECRET",
    "ORCHESTRATOR_API_KEY",
    "WEBHOOK_URL",
  ]

  database          = {}
  database_password = var.database_password

  deletion_protection   = true
  notification_channels = [google_monitoring_notification_channel.mail.id]
  model_spend_usd_a_day = 10
  billing_account       = var.billing_account
  budget_usd_a_month    = 50
  labels                = { team = "platform" }
}

resource "google_monitoring_notification_channel" "mail" {
  project      = var.project
  display_name = "Alarms of Downstream"
  type         = "email"
  labels       = { email_address = var.alarm_email }
}
