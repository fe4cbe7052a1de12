# A function for each in wiring.json: it hears its own queues, sends to those that hear what it says, to its own dead
# letters, and reads its own secrets.

locals {
  package_folder = coalesce(var.package_folder, "${path.module}/../../../dist/lambda")
  url            = coalesce(var.url, aws_apigatewayv2_api.this.api_endpoint)

  environment = merge({
    ORCHESTRATOR_QUEUE_URL        = "sqs:https://sqs.${local.account.region}.${data.aws_partition.this.dns_suffix}/${local.account.id}/${var.prefix}"
    ORCHESTRATOR_BLOBS_URL        = "s3:${module.storage.name}"
    ORCHESTRATOR_URL              = local.url
    ORCHESTRATOR_SECRETS_REVISION = var.secrets_revision
  }, var.environment)

  ingest  = one([for name, function in local.settings.functions : name if function.trigger == "http"])
  sweeper = one([for name, function in local.settings.functions : name if function.trigger == "schedule"])
}

module "function" {
  source   = "../modules/aws/function"
  for_each = local.settings.functions

  name         = "${var.prefix}${each.key}"
  account      = local.account
  package      = "${local.package_folder}/${var.architecture}/${each.key}.zip"
  architecture = var.architecture
  timeout      = each.value.timeout
  memory       = each.value.memory
  environment  = local.environment
  secrets      = { for secret, parameter in local.parameters : secret => parameter if contains(each.value.secrets, secret) }

  sources = { for stage in each.value.stages : stage => {
    queue               = module.queue[stage].name
    maximum_concurrency = local.settings.queues[stage].maximum_concurrency
  } }
  sends = setunion(
    [for stage in each.value.sends : module.queue[stage].name],
    [for stage in each.value.stages : module.queue[stage].dead_name],
  )
  bucket = { name = module.storage.name, does = each.value.blobs }

  ephemeral_storage        = each.value.fetches ? 2048 : 512
  reserved_concurrency     = each.key == local.ingest && var.reserve_ingest_concurrency ? each.value.max_concurrent : null
  kms_key_arn              = var.kms_key_arn
  log_retention_days       = var.log_retention_days
  vpc                      = var.vpc
  permissions_boundary_arn = var.permissions_boundary_arn
}
