# What somebody should be told. Names say what is wrong; the documentation, what to do.

locals {
  # A metric's name in PromQL has no hyphens.
  word = replace(trimsuffix(var.prefix, "-"), "-", "_")

  thresholds = {
    error-rate = {
      severity           = "CRITICAL"
      what               = "More than 5 % of a service's answers were 5xx in 5 minutes. A worker answers so where it wants a message again; look into its log."
      filter             = "${local.requests} AND metric.labels.response_code_class = \"5xx\""
      denominator_filter = local.requests
      aligner            = "ALIGN_DELTA"
      reducer            = "REDUCE_SUM"
      group_by           = ["resource.labels.service_name"]
      threshold          = 0.05
      duration           = "0s"
    }
    webhook-latency = {
      severity           = "WARNING"
      what               = "The 95th percentile of the webhook service's answers was above 2 s for 15 minutes: GitHub gives up after 10 s. Test endpoints wait for a verdict and count as well."
      filter             = "resource.type = \"cloud_run_revision\" AND metric.type = \"run.googleapis.com/request_latencies\" AND resource.labels.service_name = \"${var.ingest.service}\""
      denominator_filter = null
      aligner            = "ALIGN_PERCENTILE_95"
      reducer            = "REDUCE_MAX"
      group_by           = ["resource.labels.service_name"]
      threshold          = 2000 # ms
      duration           = "600s"
    }
    service-down = {
      severity           = "CRITICAL"
      what               = "The webhook service's /health did not answer from several regions: pushes are being lost."
      filter             = "resource.type = \"uptime_url\" AND metric.type = \"monitoring.googleapis.com/uptime_check/check_passed\" AND metric.labels.check_id = \"${google_monitoring_uptime_check_config.health.uptime_check_id}\""
      denominator_filter = null
      aligner            = "ALIGN_NEXT_OLDER"
      reducer            = "REDUCE_COUNT_FALSE"
      group_by           = ["resource.labels.host"]
      threshold          = 1
      duration           = "0s"
    }
    dead-letters = {
      severity           = "CRITICAL"
      what               = "Messages were given up; the reason is in each (attribute why). Pull them from the subscription that is named here."
      filter             = "resource.type = \"pubsub_subscription\" AND metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\" AND resource.labels.subscription_id = monitoring.regex.full_match(\"${join("|", sort(var.subscriptions.dead))}\")"
      denominator_filter = null
      aligner            = "ALIGN_MAX"
      reducer            = "REDUCE_MAX"
      group_by           = ["resource.labels.subscription_id"]
      threshold          = 0
      duration           = "0s"
    }
    oldest-message = {
      severity           = "WARNING"
      what               = "A message has waited for more than 15 minutes: its function fails, or has too few instances."
      filter             = "resource.type = \"pubsub_subscription\" AND metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND resource.labels.subscription_id = monitoring.regex.full_match(\"${join("|", sort(var.subscriptions.live))}\")"
      denominator_filter = null
      aligner            = "ALIGN_MAX"
      reducer            = "REDUCE_MAX"
      group_by           = ["resource.labels.subscription_id"]
      threshold          = 900 # seconds
      duration           = "0s"
    }
  }

  requests = "resource.type = \"cloud_run_revision\" AND metric.type = \"run.googleapis.com/request_count\" AND resource.labels.service_name = monitoring.regex.full_match(\"${join("|", sort(var.services))}\")"

  # Numbers that only we know come from our own log lines: {"metric":"missed_deliveries","value":2,…}
  printed = {
    missed_deliveries = {
      severity = "WARNING"
      what     = "GitHub could not deliver and the sweeper had to fetch what was missed: look at the webhook's recent deliveries."
      window   = "15m"
      above    = 0
    }
    model_spend_usd = {
      severity = "WARNING"
      what     = "The language model cost more than ${var.model_spend_usd_a_day} USD in a day; pipeline.yaml bounds it for each repository (budget_usd_per_repository_and_day)."
      window   = "1d"
      above    = var.model_spend_usd_a_day
    }
  }
}

resource "google_monitoring_alert_policy" "threshold" {
  for_each = local.thresholds

  project               = var.project
  display_name          = "${var.prefix}${each.key}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = var.notification_channels
  user_labels           = var.labels

  conditions {
    display_name = each.key

    condition_threshold {
      filter             = each.value.filter
      denominator_filter = each.value.denominator_filter
      comparison         = "COMPARISON_GT"
      threshold_value    = each.value.threshold
      duration           = each.value.duration

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = each.value.aligner
        cross_series_reducer = each.value.reducer
        group_by_fields      = each.value.group_by
      }

      dynamic "denominator_aggregations" {
        for_each = each.value.denominator_filter[*]
        content {
          alignment_period     = "300s"
          per_series_aligner   = each.value.aligner
          cross_series_reducer = each.value.reducer
          group_by_fields      = each.value.group_by
        }
      }
    }
  }

  documentation {
    content   = each.value.what
    mime_type = "text/markdown"
  }
}

resource "google_monitoring_uptime_check_config" "health" {
  project      = var.project
  display_name = "${var.prefix}health"
  timeout      = "10s"
  period       = "300s"
  user_labels  = var.labels

  http_check {
    path         = "/health"
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }

  monitored_resource {
    type = "uptime_url"
    labels = {
      project_id = var.project
      host       = trimprefix(var.ingest.url, "https://")
    }
  }
}

resource "google_logging_metric" "printed" {
  for_each = local.printed

  project         = var.project
  name            = "${local.word}_${each.key}"
  description     = each.value.what
  filter          = "resource.type = \"cloud_run_revision\" AND resource.labels.service_name = (${join(" OR ", [for service in sort(var.services) : "\"${service}\""])}) AND jsonPayload.metric = \"${each.key}\""
  value_extractor = "EXTRACT(jsonPayload.value)"

  # The only kind that can have a value which is not one.
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = "1"
  }
}

resource "google_monitoring_alert_policy" "printed" {
  for_each = local.printed

  project               = var.project
  display_name          = "${var.prefix}${replace(each.key, "_", "-")}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = var.notification_channels
  user_labels           = var.labels

  conditions {
    display_name = each.key

    condition_prometheus_query_language {
      query               = "sum(increase(logging_googleapis_com:user_${google_logging_metric.printed[each.key].name}_sum{monitored_resource=\"cloud_run_revision\"}[${each.value.window}])) > ${each.value.above}"
      duration            = "0s"
      evaluation_interval = "300s"
      # The metric has no time series before the first line is printed.
      disable_metric_validation = true
    }
  }

  documentation {
    content   = each.value.what
    mime_type = "text/markdown"
  }
}

resource "google_billing_budget" "month" {
  count = var.billing_account == null ? 0 : 1

  billing_account = var.billing_account
  display_name    = "${var.prefix}month"

  amount {
    specified_amount {
      currency_code = "USD"
      units         = tostring(var.budget_usd_a_month)
    }
  }

  budget_filter {
    projects        = ["projects/${var.project}"]
    calendar_period = "MONTH"
    labels          = { (var.budget_label.key) = var.budget_label.value }
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1.0]
    content {
      threshold_percent = threshold_rules.value
    }
  }

  all_updates_rule {
    monitoring_notification_channels = var.notification_channels
    disable_default_iam_recipients   = length(var.notification_channels) > 0
  }
}
