mock_provider "aws" {
  source = "../../tests/mocks"
}

variables {
  package_folder = "../../tests/packages"
}

run "plans" {
  command = plan

  assert {
    condition     = output.secrets_to_set == tolist(["GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "ORCHESTRATOR_API_KEY", "ORCHESTRATOR_DATABASE_URL", "WEBHOOK_URL"])
    error_message = "five secrets are set by hand"
  }
}
