# Everything in one account: an Aurora that sleeps in your network, a key of your own, alarms and a budget by mail, a domain
# of your own, and App credentials instead of a token.

provider "aws" {
  region = var.region

  default_tags {
    tags = { application = "downstream", managed-by = "terraform" }
  }
}

module "downstream" {
  source = "../.."

  package_folder = var.package_folder
  environment    = { RUST_LOG = "info" }
  url            = "https://${var.domain}"
  kms_key_arn    = aws_kms_key.this.arn

  secrets = [
    "ANTHROPIC_API_KEY",
    "GITHUB_APP_ID",
    "GITHUB_APP_PRIVATE_KEY",
    "GITHUB_WEBHOOK_SECRET",
    "ORCHESTRATOR_API_KEY",
    "WEBHOOK_URL",
  ]

  database          = { vpc_id = var.vpc_id, subnet_ids = var.private_subnet_ids }
  database_password = var.database_password
  vpc = {
    subnet_ids         = var.private_subnet_ids
    security_group_ids = [aws_security_group.functions.id]
  }

  reserve_ingest_concurrency = true
  log_retention_days         = 90

  alarm_actions         = [aws_sns_topic.alarms.arn]
  model_spend_usd_a_day = 10
  budget_usd_a_month    = 50
  budget_emails         = [var.alarm_email]
}

# The functions' own group: they reach GitHub, the queues and the database; nobody reaches them.
resource "aws_security_group" "functions" {
  name        = "downstream-functions"
  description = "Functions of Downstream"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.functions.id
  description       = "GitHub, models, and the services of AWS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "postgres" {
  for_each = var.private_subnet_cidrs

  security_group_id = aws_security_group.functions.id
  description       = "The database"
  cidr_ipv4         = each.key
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}

resource "aws_sns_topic" "alarms" {
  name              = "downstream-alarms"
  kms_master_key_id = aws_kms_key.this.id
}

resource "aws_sns_topic_subscription" "alarms" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}
