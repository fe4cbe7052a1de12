output "name" {
  description = "Name of the topic and of its subscription."
  value       = google_pubsub_topic.this.name
}

output "dead_name" {
  description = "Name of the topic of dead letters and of its subscription."
  value       = google_pubsub_topic.dead.name
}

output "subscription" {
  description = "How the subscription is set."
  value = {
    ack_deadline          = google_pubsub_subscription.this.ack_deadline_seconds
    minimum_backoff       = google_pubsub_subscription.this.retry_policy[0].minimum_backoff
    maximum_backoff       = google_pubsub_subscription.this.retry_policy[0].maximum_backoff
    max_delivery_attempts = google_pubsub_subscription.this.dead_letter_policy[0].max_delivery_attempts
    push_endpoint         = google_pubsub_subscription.this.push_config[0].push_endpoint
    token                 = google_pubsub_subscription.this.push_config[0].oidc_token[0]
  }
}
