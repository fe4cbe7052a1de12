output "arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "log_group" {
  description = "Name of its log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "policy" {
  description = "What it may do, as a decoded IAM policy."
  value       = jsondecode(aws_iam_role_policy.this.policy)
}

output "maximum_concurrency" {
  description = "Messages at once, by stage."
  value       = { for stage, mapping in aws_lambda_event_source_mapping.this : stage => mapping.scaling_config[0].maximum_concurrency }
}

output "environment" {
  description = "Its settings."
  value       = aws_lambda_function.this.environment[0].variables
}

output "timeout" {
  description = "Seconds that one invocation may take."
  value       = aws_lambda_function.this.timeout
}
