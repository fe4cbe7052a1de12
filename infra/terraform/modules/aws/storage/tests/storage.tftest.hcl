mock_provider "aws" {}

variables {
  name              = "downstream-123456789012-eu-central-1"
  expire_after_days = { "envelope/" = 21, "snapshot/" = 400 }
}

run "closed_and_encrypted" {
  command = apply

  assert {
    condition = (
      aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.block_public_policy &&
      aws_s3_bucket_public_access_block.this.ignore_public_acls && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    )
    error_message = "nothing in here is public"
  }
  assert {
    condition     = aws_s3_bucket_server_side_encryption_configuration.this.rule[0].apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "encrypted, without a key of one's own"
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.tls_only.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "never without TLS"
  }
  assert {
    condition     = { for rule in aws_s3_bucket_lifecycle_configuration.this.rule : rule.filter[0].prefix => rule.expiration[0].days if length(rule.expiration) > 0 } == { "envelope/" = 21, "snapshot/" = 400 }
    error_message = "objects expire by prefix, and only those that are named"
  }
  assert {
    condition     = !aws_s3_bucket.this.force_destroy
    error_message = "a bucket with something in it stays"
  }
}

run "half_a_prefix_is_refused" {
  command = plan
  variables {
    expire_after_days = { "snap" = 1 }
  }
  expect_failures = [var.expire_after_days]
}
