# A secret each. Values go through write-only arguments, so that the state has none; whoever deploys adds versions with
# `gcloud secrets versions add`, and services read the newest.

locals {
  database_url = "ORCHESTRATOR_DATABASE_URL"
  unset        = "not-configured"

  made = setsubtract(setunion(var.secrets, [local.database_url]), keys(var.existing_secrets))

  # Names of all secrets, by the setting that they hold.
  secrets = merge({ for secret in local.made : secret => "${var.prefix}${lower(replace(secret, "_", "-"))}" }, var.existing_secrets)
}

resource "google_secret_manager_secret" "this" {
  for_each = local.made

  project   = var.project
  secret_id = local.secrets[each.key]
  labels    = local.labels

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

# A service that refers to a secret without a version does not start.
resource "google_secret_manager_secret_version" "first" {
  for_each = var.database == null ? local.made : setsubtract(local.made, [local.database_url])

  secret                 = google_secret_manager_secret.this[each.key].id
  secret_data_wo         = local.unset
  secret_data_wo_version = 1
}

resource "google_secret_manager_secret_version" "database_url" {
  count = var.database == null ? 0 : 1

  secret                 = google_secret_manager_secret.this[local.database_url].id
  secret_data_wo         = module.database[0].url
  secret_data_wo_version = var.database_password_version
}
