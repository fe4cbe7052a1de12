provider "registry.example/hashicorp/aws" {
  version     = "5.45.0"
  constraints = "~> 5.40"
  hashes = [
    "h1:x=",
  ]
}
