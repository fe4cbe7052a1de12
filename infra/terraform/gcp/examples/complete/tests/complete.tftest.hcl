mock_provider "google" {
  source = "../../tests/mocks"
}

variables {
  project           = "acme-downstream"
  image             = "europe-west1-docker.pkg.dev/acme-downstream/downstream/functions@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  domain            = "downstream.example.com"
  kms_key_name      = "projects/acme-keys/locations/europe-west1/keyRings/downstream/cryptoKeys/downstream"
  database_password = "correct-horse-battery-staple"
  billing_account   = "012345-6789AB-CDEF01"
  alarm_email       = "ops@example.com"
}

run "plans" {
  command = plan

  assert {
    condition     = output.url == "https://downstream.example.com" && !contains(output.secrets_to_set, "ORCHESTRATOR_DATABASE_URL") && contains(output.secrets_to_set, "GITHUB_APP_PRIVATE_KEY")
    error_message = "a domain, a database whose address is known, and App credentials to set"
  }
  assert {
    condition     = alltrue([for roles in output.roles : contains(roles, "roles/cloudsql.client on own-database")])
    error_message = "every function reaches the database"
  }
}
