# One function: a Cloud Run service that runs one program of the image, and its service account (iam.tf).

resource "google_cloud_run_v2_service" "this" {
  project             = var.project
  location            = var.region
  name                = var.name
  description         = "One function of Downstream"
  labels              = var.labels
  deletion_protection = var.deletion_protection

  # Pub/Sub and Cloud Scheduler of the same project come from inside.
  ingress          = var.public ? "INGRESS_TRAFFIC_ALL" : "INGRESS_TRAFFIC_INTERNAL_ONLY"
  custom_audiences = [var.audience]

  template {
    service_account                  = local.email
    timeout                          = "${var.timeout}s"
    max_instance_request_concurrency = var.concurrency
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2" # parsers run in child processes
    labels                           = var.labels

    scaling {
      min_instance_count = 0
      max_instance_count = var.max_instances
    }

    containers {
      image   = var.image
      command = [var.command]

      resources {
        limits            = { cpu = tostring(var.cpu), memory = "${var.memory}Mi" }
        cpu_idle          = true # paid for while a request is answered, and not in between
        startup_cpu_boost = true
      }

      startup_probe {
        period_seconds    = 1
        failure_threshold = 30
        http_get {
          path = "/health"
        }
      }

      dynamic "env" {
        for_each = var.environment
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = var.secrets
        content {
          name = env.key
          value_source {
            secret_key_ref {
              secret  = env.value
              version = "latest"
            }
          }
        }
      }

      dynamic "volume_mounts" {
        for_each = var.sql_connection[*]
        content {
          name       = "cloudsql"
          mount_path = "/cloudsql"
        }
      }
    }

    dynamic "volumes" {
      for_each = var.sql_connection[*]
      content {
        name = "cloudsql"
        cloud_sql_instance {
          instances = [volumes.value]
        }
      }
    }
  }

  # A service starts when it is made, and reads its secrets.
  depends_on = [google_service_account.this, google_secret_manager_secret_iam_member.reads, google_project_iam_member.sql]
}
