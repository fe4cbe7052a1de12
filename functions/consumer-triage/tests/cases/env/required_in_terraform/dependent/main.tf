resource "x" "y" {
  containers {
    image = "gcr.io/p/provider-service"
    env {
      name = "OTHER"
      value = "1"
    }
  }
}
