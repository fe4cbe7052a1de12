module "alarms" {
  source = "../modules/aws/alarms"

  prefix    = var.prefix
  functions = { for name, function in module.function : name => { name = function.name, log_group = function.log_group } }
  queues    = { for stage, queue in module.queue : local.settings.queues[stage].name => { name = queue.name, dead = queue.dead_name } }
  ingest    = { function = module.function[local.ingest].name, api_id = aws_apigatewayv2_api.this.id }
  sweeper   = local.sweeper
  spenders  = [for name, function in local.settings.functions : name if function.model]

  actions               = var.alarm_actions
  model_spend_usd_a_day = var.model_spend_usd_a_day
  budget_usd_a_month    = var.budget_usd_a_month
  budget_emails         = var.budget_emails
  budget_tag            = { key = "application", value = local.application }
}
