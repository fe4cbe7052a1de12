# What cannot work is said before anything is made. Every variable that is expected to be refused has to be.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  package_folder = "tests/packages"
}

run "names" {
  command = plan
  variables {
    prefix           = "downstream" # no hyphen at the end
    architecture     = "riscv64"
    secrets          = ["GITHUB_TOKN"]
    existing_secrets = { GITHUB_TOKN = "/shared/token" }
  }
  expect_failures = [var.prefix, var.architecture, var.secrets, var.existing_secrets]
}

run "a_database_needs_a_network" {
  command = plan
  variables {
    database          = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"] }
    database_password = "correct-horse-battery-staple"
  }
  expect_failures = [var.database]
}

run "a_database_needs_a_password" {
  command = plan
  variables {
    database = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"] }
    vpc      = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }
  expect_failures = [var.database_password]
}

run "not_two_databases" {
  command = plan
  variables {
    database          = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"] }
    vpc               = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
    database_password = "correct-horse-battery-staple"
    existing_secrets  = { ORCHESTRATOR_DATABASE_URL = "/shared/neon/url" }
  }
  expect_failures = [var.database]
}
