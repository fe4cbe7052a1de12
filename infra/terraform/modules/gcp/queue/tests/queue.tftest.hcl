mock_provider "google" {}

variables {
  project               = "acme-downstream"
  region                = "europe-west1"
  name                  = "downstream-notify"
  ack_deadline          = 150
  minimum_backoff       = 5
  maximum_backoff       = 600
  max_delivery_attempts = 59
  service_agent         = "service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
  push = {
    endpoint        = "https://notify.example.com/"
    audience        = "https://notify.example.com"
    service_account = "push@acme-downstream.iam.gserviceaccount.com"
  }
}

run "a_topic_and_its_dead_letters" {
  command = apply

  assert {
    condition     = google_pubsub_subscription.this.dead_letter_policy[0].dead_letter_topic == google_pubsub_topic.dead.id && google_pubsub_topic.dead.name == "downstream-notify-dead"
    error_message = "what Pub/Sub gives up goes to the dead letters"
  }
  assert {
    condition     = google_pubsub_subscription.dead.topic == google_pubsub_topic.dead.id
    error_message = "and is kept there until somebody looks"
  }
  assert {
    condition = (
      google_pubsub_topic_iam_member.gives_up.topic == "downstream-notify-dead" && google_pubsub_topic_iam_member.gives_up.role == "roles/pubsub.publisher" &&
      google_pubsub_subscription_iam_member.gives_up.subscription == "downstream-notify" && google_pubsub_subscription_iam_member.gives_up.role == "roles/pubsub.subscriber"
    )
    error_message = "which takes two rights, or nothing is ever moved"
  }
  assert {
    condition     = google_pubsub_subscription.this.expiration_policy[0].ttl == "" && google_pubsub_subscription.dead.expiration_policy[0].ttl == ""
    error_message = "a quiet month is no reason to be gone"
  }
  assert {
    condition     = google_pubsub_subscription.this.push_config[0].oidc_token[0].audience == "https://notify.example.com" && google_pubsub_subscription.this.push_config[0].push_endpoint == "https://notify.example.com/"
    error_message = "what is pushed brings a token for its receiver"
  }
  assert {
    condition     = google_pubsub_topic.this.message_storage_policy[0].allowed_persistence_regions == tolist(["europe-west1"]) && google_pubsub_topic.dead.message_storage_policy[0].allowed_persistence_regions == tolist(["europe-west1"])
    error_message = "messages stay in the region"
  }
}

run "beyond_every_bound" {
  command = plan
  variables {
    ack_deadline          = 601
    minimum_backoff       = 601
    max_delivery_attempts = 4
  }
  expect_failures = [var.ack_deadline, var.minimum_backoff, var.max_delivery_attempts]
}

run "backwards" {
  command = plan
  variables {
    minimum_backoff = 20
    maximum_backoff = 10
  }
  expect_failures = [var.maximum_backoff]
}
