output "names" {
  description = "Names of all alarms."
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.error_rate : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.dead_letters : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.oldest_message : alarm.alarm_name],
    [
      aws_cloudwatch_metric_alarm.refused_requests.alarm_name,
      aws_cloudwatch_metric_alarm.latency.alarm_name,
      aws_cloudwatch_metric_alarm.service_down.alarm_name,
      aws_cloudwatch_metric_alarm.missed_deliveries.alarm_name,
      aws_cloudwatch_metric_alarm.model_spend.alarm_name,
    ],
  ))
}
