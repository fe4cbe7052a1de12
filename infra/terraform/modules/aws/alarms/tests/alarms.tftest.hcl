mock_provider "aws" {}

variables {
  prefix = "downstream-"
  functions = {
    webhook-ingest  = { name = "downstream-webhook-ingest", log_group = "/aws/lambda/downstream-webhook-ingest" }
    consumer-triage = { name = "downstream-consumer-triage", log_group = "/aws/lambda/downstream-consumer-triage" }
    sweeper         = { name = "downstream-sweeper", log_group = "/aws/lambda/downstream-sweeper" }
  }
  queues     = { notify = { name = "downstream-notify", dead = "downstream-notify-dead" } }
  ingest     = { function = "downstream-webhook-ingest", api_id = "a1b2c3" }
  spenders   = ["consumer-triage"]
  sweeper    = "sweeper"
  actions    = ["arn:aws:sns:eu-central-1:123456789012:alarms"]
  budget_tag = { key = "application", value = "downstream" }
}

run "thresholds" {
  command = plan

  assert {
    condition     = length(output.names) == 3 + 1 + 1 + 5
    error_message = "one a function, two a queue, and five of the service"
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.error_rate : alarm.threshold == 5 && alarm.comparison_operator == "GreaterThanThreshold"])
    error_message = "more than 5 % errors"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.latency.extended_statistic == "p95" && aws_cloudwatch_metric_alarm.latency.threshold == 2000
    error_message = "the 95th percentile above 2 s"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.service_down.treat_missing_data == "breaching"
    error_message = "silence is an outage"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.dead_letters["notify"].threshold == 0 && aws_cloudwatch_metric_alarm.dead_letters["notify"].dimensions == tomap({ QueueName = "downstream-notify-dead" })
    error_message = "one dead letter is enough"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.oldest_message["notify"].threshold == 900 && aws_cloudwatch_metric_alarm.oldest_message["notify"].dimensions == tomap({ QueueName = "downstream-notify" })
    error_message = "nothing waits for more than 15 minutes"
  }
  assert {
    condition = (
      aws_cloudwatch_log_metric_filter.missed_deliveries.log_group_name == "/aws/lambda/downstream-sweeper" &&
      aws_cloudwatch_log_metric_filter.missed_deliveries.pattern == "{ $.metric = \"missed_deliveries\" }" &&
      aws_cloudwatch_log_metric_filter.missed_deliveries.metric_transformation[0].value == "$.value"
    )
    error_message = "missed deliveries are what the sweeper prints"
  }
  assert {
    condition = (
      keys(aws_cloudwatch_log_metric_filter.model_spend) == ["consumer-triage"] &&
      aws_cloudwatch_metric_alarm.model_spend.namespace == aws_cloudwatch_log_metric_filter.model_spend["consumer-triage"].metric_transformation[0].namespace &&
      aws_cloudwatch_metric_alarm.model_spend.threshold == 5 && aws_cloudwatch_metric_alarm.model_spend.period == 86400
    )
    error_message = "what the model cost in a day"
  }
  assert {
    condition = alltrue([for alarm in concat(
      values(aws_cloudwatch_metric_alarm.error_rate), values(aws_cloudwatch_metric_alarm.dead_letters), values(aws_cloudwatch_metric_alarm.oldest_message),
      [aws_cloudwatch_metric_alarm.refused_requests, aws_cloudwatch_metric_alarm.latency, aws_cloudwatch_metric_alarm.service_down,
      aws_cloudwatch_metric_alarm.missed_deliveries, aws_cloudwatch_metric_alarm.model_spend],
    ) : alarm.alarm_actions == toset(var.actions) || alarm.alarm_actions == tolist(var.actions)])
    error_message = "every alarm tells somebody"
  }
  assert {
    condition     = aws_budgets_budget.month[0].limit_amount == "20" && one(aws_budgets_budget.month[0].cost_filter).values == tolist(["user:application$downstream"])
    error_message = "20 USD a month for what has our tag"
  }
  assert {
    condition     = length(aws_budgets_budget.month[0].notification) == 0
    error_message = "AWS refuses a notification without a recipient"
  }
}

run "budget" {
  command = plan
  variables {
    budget_emails = ["ops@example.com"]
  }

  assert {
    condition     = toset([for notification in aws_budgets_budget.month[0].notification : notification.threshold]) == toset([50, 90, 100])
    error_message = "somebody hears of 50, 90 and 100 %"
  }
}

run "no_budget" {
  command = plan
  variables {
    budget_usd_a_month = 0
  }

  assert {
    condition     = length(aws_budgets_budget.month) == 0
    error_message = "0 makes no budget"
  }
}
