mock_provider "google" {
  source = "../../tests/mocks"
}

variables {
  project = "acme-downstream"
  image   = "europe-west1-docker.pkg.dev/acme-downstream/downstream/functions@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "plans" {
  command = plan

  assert {
    condition     = output.url == "https://downstream-webhook-ingest-123456789012.europe-west1.run.app"
    error_message = "the address follows from the project and the region"
  }
  assert {
    condition     = output.secrets_to_set == tolist(["GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "ORCHESTRATOR_API_KEY", "ORCHESTRATOR_DATABASE_URL", "WEBHOOK_URL"])
    error_message = "five secrets are set by hand"
  }
}
