module "open" {
  source = "example/open/aws"
