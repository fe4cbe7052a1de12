# What cannot work is said before anything is made. Every variable that is expected to be refused has to be.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project = "acme-downstream"
  image   = "us-central1-docker.pkg.dev/acme-downstream/downstream/functions@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "names" {
  command = plan
  variables {
    prefix           = "downstream-of-acme-" # too long for service accounts
    secrets          = ["GITHUB_TOKN"]
    existing_secrets = { GITHUB_TOKN = "token" }
  }
  expect_failures = [var.prefix, var.secrets, var.existing_secrets]
}

run "a_database_needs_a_password" {
  command = plan
  variables {
    database = {}
  }
  expect_failures = [var.database_password]
}

run "not_two_databases" {
  command = plan
  variables {
    database          = {}
    database_password = "correct-horse-battery-staple"
    existing_secrets  = { ORCHESTRATOR_DATABASE_URL = "neon-url" }
  }
  expect_failures = [var.database]
}
