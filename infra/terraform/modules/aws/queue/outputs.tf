output "arn" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.this.arn
}

output "name" {
  description = "Name of the queue."
  value       = aws_sqs_queue.this.name
}

output "dead_name" {
  description = "Name of the queue of dead letters."
  value       = aws_sqs_queue.dead.name
}

output "visibility_timeout" {
  description = "Seconds that a message stays invisible while it is handled."
  value       = aws_sqs_queue.this.visibility_timeout_seconds
}

output "max_receive_count" {
  description = "Receives after which SQS itself gives a message up."
  value       = jsondecode(aws_sqs_queue.this.redrive_policy).maxReceiveCount
}
