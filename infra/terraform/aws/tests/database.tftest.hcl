# A new database, or one that is there already.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  package_folder = "tests/packages"
  url            = "https://downstream.example.com"
}

run "address_set_by_hand" {
  command = plan

  assert {
    condition     = length(module.database) == 0 && output.database_endpoint == null
    error_message = "without `database` there is no cluster"
  }
  assert {
    condition     = contains(output.secrets_to_set, "ORCHESTRATOR_DATABASE_URL") && output.secrets["ORCHESTRATOR_DATABASE_URL"] == "/downstream/orchestrator-database-url"
    error_message = "its address is a secret to set"
  }
}

run "existing_parameter" {
  command = plan
  variables {
    existing_secrets = { ORCHESTRATOR_DATABASE_URL = "/shared/neon/url" }
  }

  assert {
    condition     = !contains(output.secrets_to_set, "ORCHESTRATOR_DATABASE_URL") && !contains(keys(aws_ssm_parameter.secret), "ORCHESTRATOR_DATABASE_URL")
    error_message = "a parameter that is there is not made again"
  }
  assert {
    condition = alltrue([for function in module.function :
      function.environment.ORCHESTRATOR_DATABASE_URL_PARAMETER == "/shared/neon/url" &&
      contains(flatten([for statement in function.policy.Statement : statement.Resource]), "arn:aws:ssm:eu-central-1:123456789012:parameter/shared/neon/url")
    ])
    error_message = "functions read the one that is there"
  }
}

run "new_cluster" {
  command = plan
  variables {
    database          = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"] }
    vpc               = { subnet_ids = ["subnet-1", "subnet-2"], security_group_ids = ["sg-1"] }
    database_password = "correct-horse-battery-staple"
  }

  assert {
    condition     = length(module.database) == 1 && length(aws_ssm_parameter.database_url) == 1
    error_message = "a cluster, and a parameter with its address"
  }
  assert {
    condition     = !contains(output.secrets_to_set, "ORCHESTRATOR_DATABASE_URL") && output.secrets["ORCHESTRATOR_DATABASE_URL"] == "/downstream/orchestrator-database-url"
    error_message = "nobody has to set what Terraform knows"
  }
  assert {
    condition     = !strcontains(jsonencode([for function in module.function : [function.environment, function.policy]]), nonsensitive(var.database_password))
    error_message = "the password is in no setting and in no policy"
  }
}
