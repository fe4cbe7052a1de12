# The way in. GitHub sends up to 25 MB; Lambda takes 6 MB and the API answers 413 for more, which GitHub does not repeat:
# the sweeper finds the head that nobody reported. An API and not a function URL: only the API may invoke the function, and
# a flood is turned away before it costs an invocation.

resource "aws_apigatewayv2_api" "this" {
  name          = "${var.prefix}api"
  description   = "Webhooks and change notifications"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "ingest" {
  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = module.function[local.ingest].arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 30000
}

resource "aws_apigatewayv2_route" "ingest" {
  # checkov:skip=CKV_AWS_309:GitHub signs what it sends and the function verifies it (HMAC, a workflow's token, or X-API-Key); there is nothing that an authorizer could check
  api_id             = aws_apigatewayv2_api.this.id
  route_key          = "$default"
  target             = "integrations/${aws_apigatewayv2_integration.ingest.id}"
  authorization_type = "NONE"
}

resource "aws_apigatewayv2_stage" "this" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = var.requests_a_second
    throttling_burst_limit = 2 * var.requests_a_second
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format = jsonencode({
      request = "$context.requestId"
      method  = "$context.httpMethod"
      path    = "$context.path"
      status  = "$context.status"
      millis  = "$context.responseLatency"
      bytes   = "$context.responseLength"
      error   = "$context.integrationErrorMessage"
    })
  }
}

resource "aws_cloudwatch_log_group" "access" {
  # checkov:skip=CKV_AWS_338:a log is for finding faults; log_retention_days says how long
  name              = "/aws/apigateway/${var.prefix}api"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_lambda_permission" "api" {
  statement_id  = "api"
  action        = "lambda:InvokeFunction"
  function_name = module.function[local.ingest].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/$default"
}
