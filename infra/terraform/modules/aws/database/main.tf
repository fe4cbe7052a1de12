# Postgres that sleeps: Aurora Serverless v2 that goes down to nothing. The store creates the extension (pgvector) and its
# tables itself, under a lock, when a function first connects.

locals {
  port     = 5432
  owner    = "downstream"
  database = "downstream"
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_security_group" "this" {
  name        = "${var.name}-database"
  description = "Postgres, from the functions only"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "functions" {
  for_each = var.client_security_group_ids

  security_group_id            = aws_security_group.this.id
  description                  = "Postgres from ${each.key}"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_rds_cluster_parameter_group" "this" {
  name        = var.name
  family      = "aurora-postgresql${split(".", var.engine_version)[0]}"
  description = "TLS only"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

resource "aws_rds_cluster" "this" {
  # checkov:skip=CKV_AWS_162:the store takes an address with a password; there is no token to renew in a sleeping database's first second
  # checkov:skip=CKV_AWS_324:statements are not logged: they hold code of the repositories
  # checkov:skip=CKV2_AWS_8:seven days of continuous backup below; what is in it can be made again from the repositories
  # checkov:skip=CKV2_AWS_27:statements are not logged: they hold code of the repositories
  cluster_identifier              = var.name
  engine                          = "aurora-postgresql"
  engine_mode                     = "provisioned" # what Serverless v2 is called
  engine_version                  = var.engine_version
  database_name                   = local.database
  master_username                 = local.owner
  master_password_wo              = var.password
  master_password_wo_version      = var.password_version
  port                            = local.port
  db_subnet_group_name            = aws_db_subnet_group.this.name
  vpc_security_group_ids          = [aws_security_group.this.id]
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.this.name
  storage_encrypted               = true
  kms_key_id                      = var.kms_key_arn
  backup_retention_period         = 7
  copy_tags_to_snapshot           = true
  deletion_protection             = var.deletion_protection
  skip_final_snapshot             = !var.deletion_protection
  final_snapshot_identifier       = "${var.name}-final"

  serverlessv2_scaling_configuration {
    min_capacity             = 0
    max_capacity             = var.max_capacity
    seconds_until_auto_pause = var.seconds_until_sleep
  }
}

resource "aws_rds_cluster_instance" "this" {
  # checkov:skip=CKV_AWS_118:enhanced monitoring keeps a sleeping database from being free
  # checkov:skip=CKV_AWS_353:performance insights need 2 units all the time, so that it would never sleep
  identifier                 = "${var.name}-1"
  cluster_identifier         = aws_rds_cluster.this.id
  engine                     = aws_rds_cluster.this.engine
  instance_class             = "db.serverless"
  publicly_accessible        = false
  auto_minor_version_upgrade = true
}
