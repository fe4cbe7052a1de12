mock_provider "aws" {
  source = "../../tests/mocks"
}

variables {
  package_folder         = "../../tests/packages"
  database_url_parameter = "/neon/downstream/url"
}

run "plans" {
  command = plan

  assert {
    condition     = output.secrets["ORCHESTRATOR_DATABASE_URL"] == "/neon/downstream/url" && !contains(output.secrets_to_set, "ORCHESTRATOR_DATABASE_URL")
    error_message = "the parameter that is there is used, and not asked for"
  }
}
