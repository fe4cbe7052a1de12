# What somebody should be told. Names say what is wrong; descriptions, what to do.

locals {
  namespace = "${trimsuffix(var.prefix, "-")}/metrics"
  five      = 300 # seconds
}

# More than 5 % of a function's invocations fail. A message that the runtime tries again is no error: this is a function
# that crashes, does not start, or runs into its timeout.
resource "aws_cloudwatch_metric_alarm" "error_rate" {
  for_each = var.functions

  alarm_name          = "${var.prefix}${each.key}-error-rate"
  alarm_description   = "More than 5 % of the invocations of ${each.key} failed in 5 minutes: look into its log group, ${each.value.log_group}"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.actions
  ok_actions          = var.actions

  metric_query {
    id          = "rate"
    label       = "errors in percent"
    expression  = "IF(invocations > 0, 100 * errors / invocations, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { errors = "Errors", invocations = "Invocations" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/Lambda"
        metric_name = metric_query.value
        dimensions  = { FunctionName = each.value.name }
        period      = local.five
        stat        = "Sum"
      }
    }
  }
}

# More than 5 % of the requests are answered with a 5xx: GitHub does not send such a delivery again.
resource "aws_cloudwatch_metric_alarm" "refused_requests" {
  alarm_name          = "${var.prefix}webhook-refused-requests"
  alarm_description   = "More than 5 % of the requests were answered with 5xx in 5 minutes: those deliveries are missed until the sweeper finds them"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.actions
  ok_actions          = var.actions

  metric_query {
    id          = "rate"
    label       = "5xx in percent"
    expression  = "IF(requests > 0, 100 * refused / requests, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { refused = "5xx", requests = "Count" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/ApiGateway"
        metric_name = metric_query.value
        dimensions  = { ApiId = var.ingest.api_id }
        period      = local.five
        stat        = "Sum"
      }
    }
  }
}

# The slowest twentieth of the requests takes more than 2 s. Test endpoints wait for a verdict and count as well, so it
# takes three periods in a row.
resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "${var.prefix}webhook-latency"
  alarm_description   = "The 95th percentile of answers was above 2 s for 15 minutes: GitHub gives up after 10 s"
  namespace           = "AWS/ApiGateway"
  metric_name         = "Latency"
  dimensions          = { ApiId = var.ingest.api_id }
  extended_statistic  = "p95"
  unit                = "Milliseconds"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2000
  period              = local.five
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.actions
  ok_actions          = var.actions

  evaluate_low_sample_count_percentiles = "ignore"
}

# A schedule asks the webhook function for its health every 5 minutes, so that silence is a sign.
resource "aws_cloudwatch_metric_alarm" "service_down" {
  alarm_name          = "${var.prefix}service-down"
  alarm_description   = "No invocation of the webhook function succeeded for 10 minutes, not even the one that a schedule makes every 5: pushes are being lost"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 2
  treat_missing_data  = "breaching"
  alarm_actions       = var.actions
  ok_actions          = var.actions

  metric_query {
    id          = "answered"
    label       = "successful invocations"
    expression  = "FILL(invocations, 0) - FILL(errors, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { errors = "Errors", invocations = "Invocations" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/Lambda"
        metric_name = metric_query.value
        dimensions  = { FunctionName = var.ingest.function }
        period      = local.five
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = var.queues

  alarm_name          = "${var.prefix}${each.key}-dead-letters"
  alarm_description   = "Messages of ${each.key} were given up: the reason is in each, queue ${each.value.dead}"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value.dead }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = local.five
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching" # nothing is reported about a queue that was empty for hours
  alarm_actions       = var.actions
  ok_actions          = var.actions
}

resource "aws_cloudwatch_metric_alarm" "oldest_message" {
  for_each = var.queues

  alarm_name          = "${var.prefix}${each.key}-oldest-message"
  alarm_description   = "A message has waited in ${each.value.name} for more than 15 minutes: its function fails, or has too little concurrency"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = each.value.name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 900
  period              = local.five
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.actions
  ok_actions          = var.actions
}

# Numbers that only we know come from our own log lines: {"metric":"missed_deliveries","value":2,…}
resource "aws_cloudwatch_log_metric_filter" "missed_deliveries" {
  name           = "${var.prefix}missed-deliveries"
  log_group_name = var.functions[var.sweeper].log_group
  pattern        = "{ $.metric = \"missed_deliveries\" }"

  metric_transformation {
    namespace = local.namespace
    name      = "missed_deliveries"
    value     = "$.value"
  }
}

resource "aws_cloudwatch_metric_alarm" "missed_deliveries" {
  alarm_name          = "${var.prefix}missed-deliveries"
  alarm_description   = "GitHub could not deliver and the sweeper had to fetch what was missed: look at the webhook's recent deliveries and at service-down"
  namespace           = local.namespace
  metric_name         = "missed_deliveries"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 900
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.actions
  ok_actions          = var.actions
}

# {"metric":"model_spend_usd","value":0.0031,…}
resource "aws_cloudwatch_log_metric_filter" "model_spend" {
  for_each = var.spenders

  name           = "${var.prefix}model-spend-${each.key}"
  log_group_name = var.functions[each.key].log_group
  pattern        = "{ $.metric = \"model_spend_usd\" }"

  metric_transformation {
    namespace = local.namespace
    name      = "model_spend_usd"
    value     = "$.value"
  }
}

resource "aws_cloudwatch_metric_alarm" "model_spend" {
  alarm_name          = "${var.prefix}model-spend"
  alarm_description   = "The language model cost more than ${var.model_spend_usd_a_day} USD in a day; pipeline.yaml bounds it for each repository (budget_usd_per_repository_and_day)"
  namespace           = local.namespace
  metric_name         = "model_spend_usd"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.model_spend_usd_a_day
  period              = 86400
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.actions
  ok_actions          = var.actions
}

resource "aws_budgets_budget" "month" {
  count = var.budget_usd_a_month > 0 ? 1 : 0

  name         = "${var.prefix}month"
  budget_type  = "COST"
  limit_amount = tostring(var.budget_usd_a_month)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:%s$%s", var.budget_tag.key, var.budget_tag.value)]
  }

  dynamic "notification" {
    for_each = length(var.budget_emails) > 0 ? [50, 90, 100] : []
    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = "ACTUAL"
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.budget_emails
    }
  }
}
