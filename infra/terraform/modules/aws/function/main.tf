# One function: a static binary, its log, its role (iam.tf), and the queues that start it.

resource "aws_cloudwatch_log_group" "this" {
  # checkov:skip=CKV_AWS_338:decisions and events are kept in the database for as long as you like; a log is for finding faults
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_116:its queues have dead letters, with the reason; what a schedule starts is started again by the next round
  # checkov:skip=CKV_AWS_272:packages are built reproducibly: equal sources have equal hashes
  function_name                  = var.name
  role                           = aws_iam_role.this.arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.architecture]
  filename                       = var.package
  source_code_hash               = try(filebase64sha256(var.package), null)
  timeout                        = var.timeout
  memory_size                    = var.memory
  reserved_concurrent_executions = coalesce(var.reserved_concurrency, -1)
  kms_key_arn                    = var.kms_key_arn

  environment {
    variables = merge(var.environment, { for setting, parameter in var.secrets : "${setting}_PARAMETER" => parameter })
  }

  ephemeral_storage {
    size = var.ephemeral_storage
  }

  logging_config {
    log_format = "Text" # our lines are JSON already; Lambda would wrap them
    log_group  = aws_cloudwatch_log_group.this.name
  }

  tracing_config {
    mode = "PassThrough"
  }

  dynamic "vpc_config" {
    for_each = var.vpc[*]
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  lifecycle {
    precondition {
      condition     = fileexists(var.package)
      error_message = "There is no package ${var.package}: run cargo xtask package."
    }
  }

  depends_on = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.vpc]
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = var.sources

  function_name    = aws_lambda_function.this.arn
  event_source_arn = "${local.arn.queue}:${each.value.queue}"
  # One message an invocation, so that `timeout`, `memory` and `max_concurrent` mean what pipeline.yaml says.
  batch_size              = 1
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = each.value.maximum_concurrency
  }
}
