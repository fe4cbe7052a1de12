resource "x" "y" {
  containers {
    image = "gcr.io/p/provider-service"
    env {
      name = "MODEL_TOKEN"
      value = "1"
    }
  }
}
