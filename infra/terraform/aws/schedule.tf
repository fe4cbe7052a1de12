# The calendar: the sweeper's rounds, and a question for the webhook function's health, without which silence would look
# like a quiet afternoon (alarm service-down).

locals {
  schedules = {
    sweep = {
      function = local.sweeper
      every    = var.sweep_schedule
      input    = { trigger = "schedule" }
    }
    # What the API would send for GET /health.
    health = {
      function = local.ingest
      every    = "rate(5 minutes)"
      input = {
        version        = "2.0"
        routeKey       = "$default"
        rawPath        = "/health"
        rawQueryString = ""
        headers        = { host = "schedule" }
        requestContext = {
          accountId    = local.account.id
          apiId        = "schedule"
          domainName   = "schedule"
          domainPrefix = "schedule"
          http         = { method = "GET", path = "/health", protocol = "HTTP/1.1", sourceIp = "127.0.0.1", userAgent = "schedule" }
          requestId    = "schedule"
          routeKey     = "$default"
          stage        = "$default"
          time         = "01/Jan/2026:00:00:00 +0000"
          timeEpoch    = 1767225600000
        }
        isBase64Encoded = false
      }
    }
  }
}

resource "aws_scheduler_schedule" "this" {
  # checkov:skip=CKV_AWS_297:there is no secret in what the calendar sends
  for_each = local.schedules

  name                = "${var.prefix}${each.key}"
  schedule_expression = each.value.every

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = module.function[each.value.function].arn
    role_arn = aws_iam_role.scheduler.arn
    input    = jsonencode(each.value.input)

    retry_policy {
      maximum_retry_attempts       = 0 # the next round comes anyway
      maximum_event_age_in_seconds = 60
    }
  }
}

resource "aws_iam_role" "scheduler" {
  name                 = "${var.prefix}scheduler"
  description          = "Invokes what the calendar starts"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account.id } }
    }]
  })
}

resource "aws_iam_role_policy" "scheduler" {
  name = "invokes"
  role = aws_iam_role.scheduler.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = sort([for schedule in local.schedules : "arn:${local.account.partition}:lambda:${local.account.region}:${local.account.id}:function:${var.prefix}${schedule.function}"])
    }]
  })
}
