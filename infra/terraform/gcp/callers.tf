# Who calls the services that are not public: Pub/Sub and the calendar, each by an account of its own that can do nothing
# else. The services check the token as well: its audience and whose it is.

locals {
  callers      = { for caller in ["push", "calendar"] : caller => "${var.prefix}${caller}@${var.project}.iam.gserviceaccount.com" }
  pubsub_agent = "service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

resource "google_service_account" "caller" {
  for_each = local.callers

  project      = var.project
  account_id   = "${var.prefix}${each.key}"
  display_name = "${var.prefix}${each.key}"
  description  = "Calls functions of ${local.application}"
}

# Pub/Sub makes the tokens of the account that it pushes as.
resource "google_service_account_iam_member" "pushes" {
  service_account_id = google_service_account.caller["push"].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "serviceAccount:${local.pubsub_agent}"
}

resource "google_cloud_scheduler_job" "sweep" {
  project          = var.project
  region           = var.region
  name             = "${var.prefix}sweep"
  description      = "The sweeper's rounds"
  schedule         = var.sweep_schedule
  time_zone        = "Etc/UTC"
  attempt_deadline = "${local.settings.functions[local.sweeper].timeout}s"

  retry_config {
    retry_count = 0 # the next round comes anyway
  }

  http_target {
    http_method = "POST"
    uri         = "${local.addresses[local.sweeper]}/"

    oidc_token {
      service_account_email = google_service_account.caller["calendar"].email
      audience              = local.addresses[local.sweeper]
    }
  }
}
