resource "google_cloud_tasks_queue" "q" {
  retry_config {
    max_attempts = 5
  }
}
