mock_provider "google" {}

variables {
  project       = "acme-downstream"
  region        = "europe-west1"
  name          = "downstream-notify"
  image         = "europe-west1-docker.pkg.dev/acme-downstream/downstream/functions@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  command       = "/app/notify"
  audience      = "https://downstream-notify-123456789012.europe-west1.run.app"
  timeout       = 150
  memory        = 512
  concurrency   = 1
  max_instances = 5
}

run "a_worker" {
  command = plan
  variables {
    invokers       = { push = "push@acme-downstream.iam.gserviceaccount.com" }
    sends          = ["downstream-dashboard", "downstream-notify-dead"]
    secrets        = { GITHUB_TOKEN = "downstream-github-token" }
    environment    = { RUST_LOG = "info" }
    bucket         = "objects"
    sql_connection = "acme-downstream:europe-west1:downstream"
  }

  assert {
    condition     = google_cloud_run_v2_service.this.ingress == "INGRESS_TRAFFIC_INTERNAL_ONLY" && output.invokers == toset(["serviceAccount:push@acme-downstream.iam.gserviceaccount.com"])
    error_message = "called by one account, from inside"
  }
  assert {
    condition = output.roles == toset([
      "roles/pubsub.publisher on topic downstream-dashboard",
      "roles/pubsub.publisher on topic downstream-notify-dead",
      "roles/secretmanager.secretAccessor on secret downstream-github-token",
      "roles/storage.objectUser on bucket objects",
      "roles/cloudsql.client on own-database",
    ])
    error_message = "one right a door"
  }
  assert {
    condition     = google_project_iam_member.sql[0].condition[0].expression == "resource.type == \"sqladmin.googleapis.com/Instance\" && resource.name == \"projects/acme-downstream/instances/downstream\""
    error_message = "the right to connect is bound to one instance"
  }
  assert {
    condition     = output.environment == { RUST_LOG = "info", GITHUB_TOKEN = "secret downstream-github-token" }
    error_message = "a secret is referred to, never written down"
  }
  assert {
    condition     = one(google_cloud_run_v2_service.this.template[0].containers).command == tolist(["/app/notify"]) && google_cloud_run_v2_service.this.template[0].timeout == "150s"
    error_message = "one program of the image, bounded"
  }
  assert {
    condition     = google_cloud_run_v2_service.this.template[0].scaling[0].min_instance_count == 0 && one(google_cloud_run_v2_service.this.template[0].containers).resources[0].cpu_idle
    error_message = "nothing is paid for while nothing happens"
  }
  assert {
    condition     = google_cloud_run_v2_service.this.custom_audiences == tolist([var.audience])
    error_message = "a token for its address is a token for it"
  }
}

run "a_door" {
  command = plan
  variables {
    public = true
  }

  assert {
    condition     = google_cloud_run_v2_service.this.ingress == "INGRESS_TRAFFIC_ALL" && output.invokers == toset(["allUsers"]) && length(output.roles) == 0
    error_message = "called by everybody, and may do nothing by itself"
  }
}

run "beyond_every_bound" {
  command = plan
  variables {
    name          = "downstream-change-detection-of-acme"
    image         = "europe-west1-docker.pkg.dev/acme-downstream/downstream/functions:latest"
    memory        = 511
    concurrency   = 0
    max_instances = 0
  }
  expect_failures = [var.name, var.image, var.memory, var.concurrency, var.max_instances]
}
