# A parameter a secret. Values go through write-only arguments, so that the state has none; whoever deploys sets them with
# `aws ssm put-parameter --overwrite`, and Terraform, which cannot read what it wrote, leaves them alone.

locals {
  database_url = "ORCHESTRATOR_DATABASE_URL"
  unset        = "not-configured"

  made = setsubtract(setunion(var.secrets, var.database == null ? [local.database_url] : []), keys(var.existing_secrets))

  # Names of all parameters, by the secret that they hold: `/downstream/github-token`.
  parameters = merge(
    { for secret in setunion(local.made, [local.database_url]) : secret => "/${local.application}/${lower(replace(secret, "_", "-"))}" },
    var.existing_secrets,
  )
}

resource "aws_ssm_parameter" "secret" {
  for_each = local.made

  name             = local.parameters[each.key]
  description      = "${each.key} of ${local.application}; set outside of Terraform"
  type             = "SecureString"
  key_id           = var.kms_key_arn
  value_wo         = local.unset
  value_wo_version = 1
}

resource "aws_ssm_parameter" "database_url" {
  count = var.database == null ? 0 : 1

  name             = local.parameters[local.database_url]
  description      = "Address of the database of ${local.application}"
  type             = "SecureString"
  key_id           = var.kms_key_arn
  value_wo         = module.database[0].url
  value_wo_version = var.database_password_version
}
