mock_provider "google" {
  source = "../../tests/mocks"
}

variables {
  database_url_secret = "neon-downstream-url"
  project             = "acme-downstream"
  image               = "europe-west1-docker.pkg.dev/acme-downstream/downstream/functions@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "plans" {
  command = plan

  assert {
    condition     = output.secrets["ORCHESTRATOR_DATABASE_URL"] == "neon-downstream-url" && !contains(output.secrets_to_set, "ORCHESTRATOR_DATABASE_URL")
    error_message = "the secret that is there is used, and not asked for"
  }
}
