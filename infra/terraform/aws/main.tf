# The river on AWS: a queue a stage, a function a crate, and what they share.

module "settings" {
  source = "../modules/settings"

  pipeline_file = var.pipeline_file
}

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  settings    = module.settings.aws
  application = trimsuffix(var.prefix, "-")
  account = {
    partition = data.aws_partition.this.partition
    region    = data.aws_region.this.region
    id        = data.aws_caller_identity.this.account_id
  }
}

module "queue" {
  source   = "../modules/aws/queue"
  for_each = local.settings.queues

  name               = "${var.prefix}${each.value.name}"
  visibility_timeout = each.value.visibility_timeout
  max_receive_count  = each.value.max_receive_count
  kms_key_arn        = var.kms_key_arn
}

module "storage" {
  source = "../modules/aws/storage"

  name              = "${var.prefix}${local.account.id}-${local.account.region}"
  expire_after_days = var.expire_after_days
  kms_key_arn       = var.kms_key_arn
  force_destroy     = var.bucket_force_destroy
}

module "database" {
  source = "../modules/aws/database"
  count  = var.database == null ? 0 : 1

  name                      = local.application
  vpc_id                    = var.database.vpc_id
  subnet_ids                = var.database.subnet_ids
  client_security_group_ids = { for position, id in var.vpc.security_group_ids : "functions-${position}" => id }
  password                  = var.database_password
  password_version          = var.database_password_version
  max_capacity              = var.database.max_capacity
  seconds_until_sleep       = var.database.seconds_until_sleep
  deletion_protection       = var.database.deletion_protection
  kms_key_arn               = var.kms_key_arn
}
