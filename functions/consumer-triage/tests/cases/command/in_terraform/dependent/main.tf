resource "x" "y" {
  template {
    containers {
      image = "gcr.io/p/provider-service:latest"
      args = ["--verbose"]
    }
  }
}
