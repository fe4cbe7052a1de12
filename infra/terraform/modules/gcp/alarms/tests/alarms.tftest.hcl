mock_provider "google" {
  mock_resource "google_monitoring_uptime_check_config" {
    defaults        = { uptime_check_id = "health-1a2b3c" }
    override_during = plan
  }
}

variables {
  project               = "acme-downstream"
  prefix                = "downstream-"
  services              = ["downstream-webhook-ingest", "downstream-notify"]
  subscriptions         = { live = ["downstream-notify"], dead = ["downstream-notify-dead"] }
  ingest                = { service = "downstream-webhook-ingest", url = "https://downstream-webhook-ingest-123456789012.europe-west1.run.app" }
  notification_channels = ["projects/acme-downstream/notificationChannels/1"]
  budget_label          = { key = "application", value = "downstream" }
}

run "thresholds" {
  command = plan

  assert {
    condition = { for name, policy in google_monitoring_alert_policy.threshold : name => policy.conditions[0].condition_threshold[0].threshold_value } == {
      error-rate = 0.05, webhook-latency = 2000, service-down = 1, dead-letters = 0, oldest-message = 900
    }
    error_message = "5 %, 2 s, several regions, one dead letter, 15 minutes"
  }
  assert {
    condition     = length(google_monitoring_alert_policy.threshold["error-rate"].conditions[0].condition_threshold[0].denominator_aggregations) == 1
    error_message = "a rate is a part of something"
  }
  assert {
    condition     = google_monitoring_alert_policy.threshold["webhook-latency"].conditions[0].condition_threshold[0].aggregations[0].per_series_aligner == "ALIGN_PERCENTILE_95"
    error_message = "the 95th percentile"
  }
  assert {
    condition     = strcontains(google_monitoring_alert_policy.threshold["dead-letters"].conditions[0].condition_threshold[0].filter, "full_match(\"downstream-notify-dead\")") && strcontains(google_monitoring_alert_policy.threshold["oldest-message"].conditions[0].condition_threshold[0].filter, "full_match(\"downstream-notify\")")
    error_message = "dead letters and live ones are told apart"
  }
  assert {
    condition     = strcontains(google_monitoring_alert_policy.threshold["service-down"].conditions[0].condition_threshold[0].filter, "health-1a2b3c") && google_monitoring_uptime_check_config.health.http_check[0].path == "/health"
    error_message = "health is asked for from outside"
  }
  assert {
    condition     = { for name, metric in google_logging_metric.printed : name => metric.value_extractor } == { missed_deliveries = "EXTRACT(jsonPayload.value)", model_spend_usd = "EXTRACT(jsonPayload.value)" }
    error_message = "numbers come from our own log lines"
  }
  assert {
    condition     = strcontains(google_monitoring_alert_policy.printed["model_spend_usd"].conditions[0].condition_prometheus_query_language[0].query, "user_downstream_model_spend_usd_sum{monitored_resource=\"cloud_run_revision\"}[1d])) > 5")
    error_message = "what the model cost in a day"
  }
  assert {
    condition     = alltrue([for policy in concat(values(google_monitoring_alert_policy.threshold), values(google_monitoring_alert_policy.printed)) : policy.notification_channels == tolist(var.notification_channels)])
    error_message = "every alarm tells somebody"
  }
  assert {
    condition     = length(google_billing_budget.month) == 0
    error_message = "no billing account, no budget"
  }
}

run "budget" {
  command = plan
  variables {
    billing_account = "012345-6789AB-CDEF01"
  }

  assert {
    condition     = google_billing_budget.month[0].amount[0].specified_amount[0].units == "20" && [for rule in google_billing_budget.month[0].threshold_rules : rule.threshold_percent] == [0.5, 0.9, 1]
    error_message = "20 USD a month, told at 50, 90 and 100 %"
  }
}
