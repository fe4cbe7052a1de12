resource "google_cloud_run_v2_service" "a" {
  template {
    scaling {
      min_instance_count = 1
    }
  }
}
