# Queues, functions, the way in, the calendar and the alarms.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  package_folder = "tests/packages"
  url            = "https://downstream.example.com"
  environment    = { RUST_LOG = "warn" }
}

# A redrive policy holds an ARN, so it is known when the queues are.
run "made" {
  command = apply

  assert {
    condition     = length(output.queues) == 13 && alltrue([for queue in output.queues : queue.dead == "${queue.name}-dead"])
    error_message = "thirteen stages, each with its dead letters"
  }
  assert {
    condition     = output.queues["code_analysis"].name == "downstream-code-analysis"
    error_message = "queues are named by prefix and stage"
  }
  assert {
    condition = alltrue([for place in jsondecode(file("../wiring.json")).stages :
      module.queue[place.stage].visibility_timeout >= 6 * module.function[place.function].timeout
    ])
    error_message = "a message stays invisible for at least six times the time that its function may take"
  }
  assert {
    condition = alltrue([for place in jsondecode(file("../wiring.json")).stages :
      module.queue[place.stage].max_receive_count >= yamldecode(file("../../../config/pipeline.yaml")).orchestrator.stages[place.stage].retries + 2
    ])
    error_message = "the runtime gives up before the queue does"
  }
  assert {
    condition = alltrue(flatten([for function in module.function : [for stage, concurrency in function.maximum_concurrency :
      concurrency >= 2 && concurrency <= 1000 &&
      concurrency == max(2, yamldecode(file("../../../config/pipeline.yaml")).orchestrator.stages[stage].max_concurrent)
    ]]))
    error_message = "max_concurrent is the event source's maximum concurrency, within what it takes"
  }
  assert {
    condition     = module.function["code-analysis"].timeout == 630
    error_message = "600 s and 30 for the runtime"
  }
  assert {
    condition = alltrue([for function in module.function :
      function.environment.ORCHESTRATOR_QUEUE_URL == "sqs:https://sqs.eu-central-1.amazonaws.com/123456789012/downstream-" &&
      function.environment.ORCHESTRATOR_BLOBS_URL == "s3:downstream-123456789012-eu-central-1" &&
      function.environment.ORCHESTRATOR_URL == "https://downstream.example.com" &&
      function.environment.RUST_LOG == "warn"
    ])
    error_message = "every function knows where queues, objects and the service are"
  }
  assert {
    condition     = aws_apigatewayv2_integration.ingest.timeout_milliseconds == 30000 && module.function["webhook-ingest"].timeout < 30
    error_message = "the function gives up before the API does"
  }
  assert {
    condition     = aws_apigatewayv2_stage.this.default_route_settings[0].throttling_rate_limit == 50
    error_message = "a flood is turned away"
  }
  assert {
    condition     = aws_lambda_permission.api.principal == "apigateway.amazonaws.com"
    error_message = "nobody but the API invokes the webhook function from outside"
  }
  assert {
    condition     = aws_scheduler_schedule.this["sweep"].schedule_expression == "rate(10 minutes)" && aws_scheduler_schedule.this["health"].schedule_expression == "rate(5 minutes)"
    error_message = "the sweeper's rounds and the question for health"
  }
  assert {
    condition     = jsondecode(aws_scheduler_schedule.this["health"].target[0].input).rawPath == "/health"
    error_message = "health is asked for as the API would"
  }
  assert {
    condition = toset(output.alarms) == toset(concat(
      [for function in jsondecode(file("../wiring.json")).functions : "downstream-${function.name}-error-rate"],
      [for place in jsondecode(file("../wiring.json")).stages : "downstream-${replace(place.stage, "_", "-")}-dead-letters"],
      [for place in jsondecode(file("../wiring.json")).stages : "downstream-${replace(place.stage, "_", "-")}-oldest-message"],
      [for what in ["webhook-refused-requests", "webhook-latency", "service-down", "missed-deliveries", "model-spend"] : "downstream-${what}"],
    ))
    error_message = "errors a function, dead letters and oldest message a queue, and five of the service"
  }
}
