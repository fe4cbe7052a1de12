mock_provider "aws" {}

variables {
  name               = "downstream-notify"
  visibility_timeout = 900
  max_receive_count  = 14
}

run "a_queue_and_its_dead_letters" {
  command = apply

  assert {
    condition     = output.dead_name == "downstream-notify-dead" && jsondecode(aws_sqs_queue.this.redrive_policy).deadLetterTargetArn == aws_sqs_queue.dead.arn
    error_message = "what SQS gives up goes to the dead letters"
  }
  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_allow_policy.dead.redrive_allow_policy).sourceQueueArns == [aws_sqs_queue.this.arn]
    error_message = "and nobody else's messages do"
  }
  assert {
    condition     = aws_sqs_queue.dead.message_retention_seconds > aws_sqs_queue.this.message_retention_seconds
    error_message = "a dead letter keeps the age that it had"
  }
  assert {
    condition     = aws_sqs_queue.this.sqs_managed_sse_enabled && aws_sqs_queue.dead.sqs_managed_sse_enabled
    error_message = "both are encrypted"
  }
  assert {
    condition = alltrue([for policy in aws_sqs_queue_policy.tls_only : (
      jsondecode(policy.policy).Statement[0].Effect == "Deny" && jsondecode(policy.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    )])
    error_message = "both refuse what comes without TLS"
  }
}

run "beyond_every_bound" {
  command = plan
  variables {
    visibility_timeout = 43201
    max_receive_count  = 0
  }
  expect_failures = [var.visibility_timeout, var.max_receive_count]
}
