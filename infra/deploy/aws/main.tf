# What deploy-aws.sh applies: the module of infra/terraform/aws with a state that several people and CI share. Whoever
# outgrows the script goes on from here, or calls the module from a configuration of their own.

terraform {
  required_version = ">= 1.11"

  # Which bucket is said at `terraform init`. The lock is an object beside the state.
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0, < 7.0"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      application = var.name
      managed-by  = "terraform"
    }
  }
}

module "downstream" {
  source = "../../terraform/aws"

  prefix               = "${var.name}-"
  architecture         = var.architecture
  package_folder       = var.packages
  secrets              = []
  existing_secrets     = { for secret in var.secrets : secret => "/${var.name}/${lower(replace(secret, "_", "-"))}" }
  secrets_revision     = var.secrets_revision
  database             = local.database
  database_password    = var.database_password
  vpc                  = local.vpc
  bucket_force_destroy = !var.protected
  alarm_actions        = aws_sns_topic.alarms[*].arn
  budget_usd_a_month   = var.monthly_budget_usd
  budget_emails        = compact([var.alarm_email])
}

locals {
  database = var.create_database ? {
    vpc_id              = var.vpc_id
    subnet_ids          = var.subnet_ids
    deletion_protection = var.protected
  } : null
  vpc = var.create_database ? {
    subnet_ids         = var.subnet_ids
    security_group_ids = var.security_group_ids
  } : null
}

# Whoever is told has to say yes once, by the mail that AWS sends.
resource "aws_sns_topic" "alarms" {
  # checkov:skip=CKV_AWS_26:alarms say names of queues and numbers, nothing of a repository
  count = var.alarm_email == "" ? 0 : 1

  name = "${var.name}-alarms"
}

resource "aws_sns_topic_subscription" "alarms" {
  count = var.alarm_email == "" ? 0 : 1

  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = var.alarm_email
}
