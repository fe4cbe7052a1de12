mock_provider "aws" {}

variables {
  name         = "downstream-notify"
  account      = { partition = "aws", region = "eu-central-1", id = "123456789012" }
  package      = "tests/package.zip"
  architecture = "arm64"
  timeout      = 150
  memory       = 512
}

run "asks_for_nothing" {
  command = plan

  assert {
    condition     = [for statement in output.policy.Statement : statement.Sid] == ["Log"]
    error_message = "who asks for nothing may write its log"
  }
  assert {
    condition     = aws_lambda_function.this.runtime == "provided.al2023" && aws_lambda_function.this.handler == "bootstrap"
    error_message = "a static binary on Amazon Linux 2023"
  }
  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "PassThrough"
    error_message = "no X-Ray"
  }
  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == -1
    error_message = "nothing is reserved unless it is asked for"
  }
  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "logs are not kept for ever"
  }
}

run "asks_for_everything" {
  command = plan
  variables {
    sources = {
      notify  = { queue = "downstream-notify", maximum_concurrency = 2 }
      preview = { queue = "downstream-preview", maximum_concurrency = 1000 }
    }
    sends   = ["downstream-dashboard", "downstream-notify-dead"]
    secrets = { GITHUB_TOKEN = "/downstream/GITHUB_TOKEN" }
    bucket  = { name = "objects", does = ["get", "put"] }
    vpc     = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }

  assert {
    condition = { for statement in output.policy.Statement : statement.Sid => [statement.Action, statement.Resource] } == {
      Log     = [["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/downstream-notify:*"]]
      Hear    = [["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], ["arn:aws:sqs:eu-central-1:123456789012:downstream-notify", "arn:aws:sqs:eu-central-1:123456789012:downstream-preview"]]
      Say     = [["sqs:SendMessage"], ["arn:aws:sqs:eu-central-1:123456789012:downstream-dashboard", "arn:aws:sqs:eu-central-1:123456789012:downstream-notify-dead"]]
      Objects = [["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::objects/*"]]
      Missing = [["s3:ListBucket"], ["arn:aws:s3:::objects"]]
      Secrets = [["ssm:GetParameter"], ["arn:aws:ssm:eu-central-1:123456789012:parameter/downstream/GITHUB_TOKEN"]]
    }
    error_message = "one statement a door"
  }
  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.this : mapping.function_response_types == tolist(["ReportBatchItemFailures"]) && mapping.batch_size == 1])
    error_message = "a batch fails message by message"
  }
  assert {
    condition     = output.environment == tomap({ GITHUB_TOKEN_PARAMETER = "/downstream/GITHUB_TOKEN" })
    error_message = "the function hears a parameter's name, not its value"
  }
  assert {
    condition     = length(aws_iam_role_policy_attachment.vpc) == 1
    error_message = "in a VPC it makes network interfaces"
  }
}

run "beyond_every_bound" {
  command = plan
  variables {
    timeout = 901
    memory  = 127
    sources = { notify = { queue = "downstream-notify", maximum_concurrency = 1 } }
    bucket  = { name = "objects", does = ["own"] }
  }
  expect_failures = [var.timeout, var.memory, var.sources, var.bucket]
}

run "not_packaged" {
  command = plan
  variables {
    package = "tests/nothing.zip"
  }
  expect_failures = [aws_lambda_function.this]
}
