resource "a" "b" {
  template {
    timeout = "300s"
  }
}
