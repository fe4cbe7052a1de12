terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.40" # pinned
    }
    random = "~> 3.6"
    google = { source = "hashicorp/google" }
  }
}

/* module "commented" { source = "x" } */
module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.8.1"
  tags    = { source = "not this" }
}

module "shared" {
  source = "git::https://github.com/example/modules.git//network?ref=v1.2.0"
  name   = "a-${var.name["x"]}"
}

module "local" {
  source = "../modules/local"
}

resource "aws_instance" "x" {
  user_data = <<-EOT
    module "heredoc" {
      source = "not this"
  EOT
}
