output "names" {
  description = "Names of all alarms."
  value = sort(concat(
    [for policy in google_monitoring_alert_policy.threshold : policy.display_name],
    [for policy in google_monitoring_alert_policy.printed : policy.display_name],
  ))
}
