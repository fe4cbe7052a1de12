mock_provider "aws" {}

variables {
  name                      = "downstream"
  vpc_id                    = "vpc-1"
  subnet_ids                = ["subnet-1", "subnet-2"]
  client_security_group_ids = { functions = "sg-1" }
  password                  = "correct-horse-battery-staple"
}

run "sleeps_and_is_private" {
  command = apply

  assert {
    condition     = aws_rds_cluster.this.serverlessv2_scaling_configuration[0].min_capacity == 0 && aws_rds_cluster.this.serverlessv2_scaling_configuration[0].seconds_until_auto_pause == 300
    error_message = "goes down to nothing after five minutes"
  }
  assert {
    condition     = aws_rds_cluster_instance.this.publicly_accessible == false && aws_rds_cluster_instance.this.instance_class == "db.serverless"
    error_message = "nobody reaches it from outside"
  }
  assert {
    condition     = [for rule in aws_vpc_security_group_ingress_rule.functions : [rule.referenced_security_group_id, rule.from_port, rule.to_port]] == [["sg-1", 5432, 5432]]
    error_message = "the functions reach one port"
  }
  assert {
    condition     = aws_rds_cluster.this.storage_encrypted && aws_rds_cluster.this.deletion_protection && !aws_rds_cluster.this.skip_final_snapshot
    error_message = "encrypted, protected, and with a last snapshot"
  }
  assert {
    condition     = one(aws_rds_cluster_parameter_group.this.parameter).name == "rds.force_ssl" && aws_rds_cluster_parameter_group.this.family == "aurora-postgresql16"
    error_message = "TLS only"
  }
  assert {
    condition     = nonsensitive(endswith(output.url, "/downstream?sslmode=require")) && nonsensitive(startswith(output.url, "postgres://downstream:correct-horse-battery-staple@"))
    error_message = "an address that the store takes"
  }
}

run "beyond_every_bound" {
  command = plan
  variables {
    subnet_ids          = ["subnet-1"]
    password            = "p@ss word"
    max_capacity        = 0
    seconds_until_sleep = 299
  }
  expect_failures = [var.subnet_ids, var.password, var.max_capacity, var.seconds_until_sleep]
}
