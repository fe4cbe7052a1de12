# One stage's topic, the subscription that pushes it to its function, and where dead letters lie.

resource "google_pubsub_topic" "this" {
  project      = var.project
  name         = var.name
  kms_key_name = var.kms_key_name
  labels       = var.labels

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
}

resource "google_pubsub_subscription" "this" {
  project                    = var.project
  name                       = var.name
  topic                      = google_pubsub_topic.this.id
  ack_deadline_seconds       = var.ack_deadline
  message_retention_duration = "604800s" # a week: a release that does not start is repaired by then
  labels                     = var.labels

  expiration_policy {
    ttl = "" # never: a quiet month is no reason to be gone
  }

  retry_policy {
    minimum_backoff = "${var.minimum_backoff}s"
    maximum_backoff = "${var.maximum_backoff}s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead.id
    max_delivery_attempts = var.max_delivery_attempts
  }

  push_config {
    push_endpoint = var.push.endpoint

    oidc_token {
      service_account_email = var.push.service_account
      audience              = var.push.audience
    }
  }

  depends_on = [google_pubsub_topic_iam_member.gives_up]
}

resource "google_pubsub_topic" "dead" {
  project      = var.project
  name         = "${var.name}-dead"
  kms_key_name = var.kms_key_name
  labels       = var.labels

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
}

# Without a subscription a topic forgets what it is sent. Somebody looks, so it is pulled.
resource "google_pubsub_subscription" "dead" {
  project                    = var.project
  name                       = "${var.name}-dead"
  topic                      = google_pubsub_topic.dead.id
  ack_deadline_seconds       = 60
  message_retention_duration = "2592000s" # thirty days
  labels                     = var.labels

  expiration_policy {
    ttl = ""
  }
}

# Pub/Sub itself publishes what it gives up, and takes it from the subscription.
resource "google_pubsub_topic_iam_member" "gives_up" {
  project = var.project
  topic   = google_pubsub_topic.dead.name
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:${var.service_agent}"
}

resource "google_pubsub_subscription_iam_member" "gives_up" {
  project      = var.project
  subscription = google_pubsub_subscription.this.name
  role         = "roles/pubsub.subscriber"
  member       = "serviceAccount:${var.service_agent}"
}
