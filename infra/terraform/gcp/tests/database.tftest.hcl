# A new database, or one that is there already.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project = "acme-downstream"
  image   = "us-central1-docker.pkg.dev/acme-downstream/downstream/functions@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "address_set_by_hand" {
  command = plan

  assert {
    condition     = length(module.database) == 0 && contains(output.secrets_to_set, "ORCHESTRATOR_DATABASE_URL")
    error_message = "without `database` there is no instance, and its address is a secret to set"
  }
}

run "existing_secret" {
  command = plan
  variables {
    existing_secrets = { ORCHESTRATOR_DATABASE_URL = "neon-url" }
  }

  assert {
    condition     = !contains(keys(google_secret_manager_secret.this), "ORCHESTRATOR_DATABASE_URL")
    error_message = "a secret that is there is not made again"
  }
  assert {
    condition     = alltrue([for function in module.function : function.environment.ORCHESTRATOR_DATABASE_URL == "secret neon-url" && contains(function.reads, "neon-url")])
    error_message = "functions read the one that is there"
  }
}

run "new_instance" {
  command = plan
  variables {
    database          = {}
    database_password = "correct-horse-battery-staple"
  }

  assert {
    condition     = output.database_connection == "acme-downstream:us-central1:downstream" && !contains(output.secrets_to_set, "ORCHESTRATOR_DATABASE_URL")
    error_message = "an instance whose address Terraform sets"
  }
  assert {
    condition     = alltrue([for function in module.function : contains(function.roles, "roles/cloudsql.client on own-database")])
    error_message = "functions reach the instance, and no other of the project"
  }
  assert {
    condition     = !strcontains(jsonencode([for function in module.function : function.environment]), nonsensitive(var.database_password))
    error_message = "the password is in no setting"
  }
}
