resource "a" "b" {
  template {
    timeout = "5m"
  }
}
