mock_provider "aws" {
  source = "../../tests/mocks"

  mock_resource "aws_kms_key" {
    defaults        = { arn = "arn:aws:kms:eu-central-1:123456789012:key/4d6f6e6b-6579-4a61-8e73-2d7761732d68" }
    override_during = plan
  }
}

variables {
  package_folder       = "../../tests/packages"
  domain               = "downstream.example.com"
  vpc_id               = "vpc-1"
  private_subnet_ids   = ["subnet-1", "subnet-2"]
  private_subnet_cidrs = ["10.0.1.0/24", "10.0.2.0/24"]
  database_password    = "correct-horse-battery-staple"
  alarm_email          = "ops@example.com"
}

run "plans" {
  command = plan

  assert {
    condition     = output.url == "https://downstream.example.com" && !contains(output.secrets_to_set, "ORCHESTRATOR_DATABASE_URL") && contains(output.secrets_to_set, "GITHUB_APP_PRIVATE_KEY")
    error_message = "a domain, a database whose address is known, and App credentials to set"
  }
  assert {
    condition     = alltrue([for policy in output.policies : contains([for statement in policy.Statement : statement.Sid], "Key")])
    error_message = "every function may use the key"
  }
}
