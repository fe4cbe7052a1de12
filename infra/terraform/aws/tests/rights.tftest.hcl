# Each function may do what follows from what it hears, says and asks, and nothing else. What is expected is computed here
# from the stages' topics, another way than the code does it.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  package_folder = "tests/packages"
  secrets        = ["ANTHROPIC_API_KEY", "GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "ORCHESTRATOR_API_KEY", "WEBHOOK_URL"]
}

run "what_follows_from_the_types" {
  command = plan

  assert {
    condition = alltrue([for function in distinct([for place in jsondecode(file("../wiring.json")).stages : place.function]) :
      toset(one([for statement in module.function[function].policy.Statement : statement.Resource if statement.Sid == "Say"])) == setunion(
        [for heard in jsondecode(file("../wiring.json")).stages :
          "arn:aws:sqs:eu-central-1:123456789012:downstream-${replace(heard.stage, "_", "-")}"
          if contains(flatten([for place in jsondecode(file("../wiring.json")).stages : place.says if place.function == function]), heard.hears)
        ],
        [for place in jsondecode(file("../wiring.json")).stages :
          "arn:aws:sqs:eu-central-1:123456789012:downstream-${replace(place.stage, "_", "-")}-dead" if place.function == function
        ],
      )
    ])
    error_message = "a function may send to the queues that hear what it says, and to its own dead letters"
  }
  assert {
    condition = toset(one([for statement in module.function["webhook-ingest"].policy.Statement : statement.Resource if statement.Sid == "Say"])) == toset([
      "arn:aws:sqs:eu-central-1:123456789012:downstream-initialization",
      "arn:aws:sqs:eu-central-1:123456789012:downstream-issue-commands",
    ])
    error_message = "webhooks become first messages only"
  }
  assert {
    condition     = length(one([for statement in module.function["sweeper"].policy.Statement : statement.Resource if statement.Sid == "Say"])) == 13
    error_message = "the sweeper may send to every queue, and to no dead letters"
  }
  assert {
    condition     = alltrue([for function in module.function : alltrue([for statement in function.policy.Statement : statement.Action == ["sqs:SendMessage"] if statement.Sid == "Say"])])
    error_message = "saying is sending"
  }
  assert {
    condition = alltrue([for name, function in module.function :
      toset(flatten([for statement in function.policy.Statement : statement.Resource if statement.Sid == "Hear"])) == toset([
        for place in jsondecode(file("../wiring.json")).stages :
        "arn:aws:sqs:eu-central-1:123456789012:downstream-${replace(place.stage, "_", "-")}" if place.function == name
      ])
    ])
    error_message = "a function may receive from its own stages' queues only"
  }
  assert {
    condition     = length(module.function["sweeper"].maximum_concurrency) == 0 && length(module.function["webhook-ingest"].maximum_concurrency) == 0
    error_message = "no queue starts the sweeper or the webhook function"
  }
  assert {
    condition     = alltrue(flatten([for function in module.function : [for statement in function.policy.Statement : [for action in statement.Action : !strcontains(action, "*")]]]))
    error_message = "every action is spelt out"
  }
  assert {
    condition = alltrue(flatten([for name, function in module.function : [for statement in function.policy.Statement : [for resource in statement.Resource :
      !strcontains(resource, "*") || contains([
        "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/downstream-${name}:*",
        "arn:aws:s3:::downstream-123456789012-eu-central-1/*",
      ], resource)
    ]]]))
    error_message = "the only stars are the streams of the own log and the objects of the own bucket"
  }
  assert {
    condition     = alltrue(flatten([for function in module.function : [for statement in function.policy.Statement : statement.Effect == "Allow"]]))
    error_message = "nothing has to be taken back"
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.scheduler.policy).Statement[0].Resource == ["arn:aws:lambda:eu-central-1:123456789012:function:downstream-sweeper", "arn:aws:lambda:eu-central-1:123456789012:function:downstream-webhook-ingest"]
    error_message = "the calendar may start two functions"
  }
  assert {
    condition     = alltrue([for function in module.function : toset(one([for statement in function.policy.Statement : statement.Action if statement.Sid == "Objects"])) == toset(["s3:GetObject", "s3:PutObject"])])
    error_message = "objects are written once and read; nobody takes one away"
  }
  assert {
    condition     = alltrue([for function in module.function : contains(flatten([for statement in function.policy.Statement : statement.Action]), "s3:ListBucket")])
    error_message = "without listing, S3 says 403 for what is not there"
  }
  assert {
    condition = alltrue([for name, function in module.function :
      toset(flatten([for statement in function.policy.Statement : statement.Resource if statement.Sid == "Secrets"])) == toset([
        for secret in one([for each in jsondecode(file("../wiring.json")).functions : each.asks.secrets if each.name == name]) :
        "arn:aws:ssm:eu-central-1:123456789012:parameter/downstream/${lower(replace(secret, "_", "-"))}"
        if contains(["ANTHROPIC_API_KEY", "GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "ORCHESTRATOR_API_KEY", "ORCHESTRATOR_DATABASE_URL", "WEBHOOK_URL"], secret)
      ])
    ])
    error_message = "a function reads the secrets that it asks for, of those that are in use"
  }
  assert {
    condition = alltrue([for name, function in module.function :
      contains(keys(function.environment), "GITHUB_WEBHOOK_SECRET_PARAMETER") == (name == "webhook-ingest") &&
      contains(keys(function.environment), "WEBHOOK_URL_PARAMETER") == (name == "notify") &&
      contains(keys(function.environment), "ANTHROPIC_API_KEY_PARAMETER") == (name == "consumer-triage")
    ])
    error_message = "and hears of no other"
  }
  assert {
    condition = alltrue(flatten([for function in module.function : [for setting in keys(function.environment) :
      !contains(module.settings.secrets, setting)
    ]]))
    error_message = "no secret is a plain variable of a function"
  }
}

run "with_a_key_of_ones_own" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/4d6f6e6b-6579-4a61-8e73-2d7761732d68"
  }

  assert {
    condition = alltrue([for function in module.function :
      one([for statement in function.policy.Statement : statement if statement.Sid == "Key"]) == {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = ["arn:aws:kms:eu-central-1:123456789012:key/4d6f6e6b-6579-4a61-8e73-2d7761732d68"]
      }
    ])
    error_message = "every function may use the key that its queues, objects and parameters are encrypted with"
  }
}
