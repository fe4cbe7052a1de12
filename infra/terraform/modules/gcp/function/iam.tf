# What the function may do, and nothing else: each right on one resource, none on the project but the door to its database.

resource "google_service_account" "this" {
  project      = var.project
  account_id   = var.name
  display_name = var.name
  description  = "What the function ${var.name} may do"
}

locals {
  # Composed, so that a plan shows who gets what.
  email  = "${var.name}@${var.project}.iam.gserviceaccount.com"
  member = "serviceAccount:${local.email}"
}

resource "google_pubsub_topic_iam_member" "says" {
  for_each = var.sends

  project = var.project
  topic   = each.key
  role    = "roles/pubsub.publisher"
  member  = local.member

  depends_on = [google_service_account.this]
}

# Creating an object once asks for the right to replace it: where one is there already, Google would otherwise answer 403
# and not 412.
resource "google_storage_bucket_iam_member" "objects" {
  count = var.bucket == null ? 0 : 1

  bucket = var.bucket
  role   = "roles/storage.objectUser"
  member = local.member

  depends_on = [google_service_account.this]
}

resource "google_secret_manager_secret_iam_member" "reads" {
  for_each = var.secrets

  project   = var.project
  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = local.member

  depends_on = [google_service_account.this]
}

# There is no such right on one instance; the condition makes it one.
resource "google_project_iam_member" "sql" {
  count = var.sql_connection == null ? 0 : 1

  project = var.project
  role    = "roles/cloudsql.client"
  member  = local.member

  condition {
    title      = "own-database"
    expression = "resource.type == \"sqladmin.googleapis.com/Instance\" && resource.name == \"projects/${split(":", var.sql_connection)[0]}/instances/${split(":", var.sql_connection)[2]}\""
  }

  depends_on = [google_service_account.this]
}

resource "google_cloud_run_v2_service_iam_member" "invokes" {
  for_each = var.invokers

  project  = var.project
  location = var.region
  name     = google_cloud_run_v2_service.this.name
  role     = "roles/run.invoker"
  member   = "serviceAccount:${each.value}"
}

resource "google_cloud_run_v2_service_iam_member" "public" {
  count = var.public ? 1 : 0

  project  = var.project
  location = var.region
  name     = google_cloud_run_v2_service.this.name
  role     = "roles/run.invoker"
  member   = "allUsers"
}
