# Each function may do what follows from what it hears, says and asks, and nothing else. What is expected is computed here
# from the stages' topics, another way than the code does it.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project = "acme-downstream"
  region  = "europe-west1"
  image   = "europe-west1-docker.pkg.dev/acme-downstream/downstream/functions@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  secrets = ["ANTHROPIC_API_KEY", "GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "ORCHESTRATOR_API_KEY", "WEBHOOK_URL"]
}

run "what_follows_from_the_types" {
  command = plan

  assert {
    condition = alltrue([for function in distinct([for place in jsondecode(file("../wiring.json")).stages : place.function]) :
      module.function[function].publishes == setunion(
        [for heard in jsondecode(file("../wiring.json")).stages :
          "downstream-${replace(heard.stage, "_", "-")}"
          if contains(flatten([for place in jsondecode(file("../wiring.json")).stages : place.says if place.function == function]), heard.hears)
        ],
        [for place in jsondecode(file("../wiring.json")).stages :
          "downstream-${replace(place.stage, "_", "-")}-dead" if place.function == function
        ],
      )
    ])
    error_message = "a function may publish to the topics that hear what it says, and to its own dead letters"
  }
  assert {
    condition     = module.function["webhook-ingest"].publishes == toset(["downstream-initialization", "downstream-issue-commands"])
    error_message = "webhooks become first messages only"
  }
  assert {
    condition     = length(module.function["sweeper"].publishes) == 13
    error_message = "the sweeper may publish to every topic, and to no dead letters"
  }
  assert {
    condition = alltrue([for name, function in module.function :
      function.reads == toset([
        for secret in one([for each in jsondecode(file("../wiring.json")).functions : each.asks.secrets if each.name == name]) :
        "downstream-${lower(replace(secret, "_", "-"))}"
        if contains(["ANTHROPIC_API_KEY", "GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "ORCHESTRATOR_API_KEY", "ORCHESTRATOR_DATABASE_URL", "WEBHOOK_URL"], secret)
      ])
    ])
    error_message = "a function reads the secrets that it asks for, of those that are in use"
  }
  assert {
    condition = alltrue(flatten([for function in module.function : [for role in function.roles :
      can(regex("^roles/(pubsub.publisher on topic|secretmanager.secretAccessor on secret|storage.objectUser on bucket) downstream-[a-z0-9-]+$", role))
    ]]))
    error_message = "three kinds of rights, each on one resource; none on the project"
  }
  assert {
    condition = alltrue(flatten([for function in module.function : [for setting, value in function.environment :
      !contains(module.settings.secrets, setting) || startswith(value, "secret ")
    ]]))
    error_message = "no secret is a plain variable of a function"
  }
}

# Who calls is an account that is known when it is made.
run "who_may_call" {
  command = apply

  assert {
    condition     = module.function["webhook-ingest"].invokers == toset(["allUsers"]) && module.function["webhook-ingest"].limits.ingress == "INGRESS_TRAFFIC_ALL"
    error_message = "GitHub reaches the webhook service"
  }
  assert {
    condition = alltrue([for name, function in module.function :
      function.limits.ingress == "INGRESS_TRAFFIC_INTERNAL_ONLY" && length(function.invokers) == 1 && !contains(function.invokers, "allUsers") if name != "webhook-ingest"
    ])
    error_message = "nobody else reaches any other service from outside"
  }
  assert {
    condition = alltrue([for name, function in module.function :
      function.environment.ORCHESTRATOR_PUSH_AUDIENCE == "https://downstream-${name}-123456789012.europe-west1.run.app" &&
      function.environment.ORCHESTRATOR_PUSH_SERVICE_ACCOUNT == "downstream-${name == "sweeper" ? "calendar" : "push"}@acme-downstream.iam.gserviceaccount.com" if name != "webhook-ingest"
    ])
    error_message = "a service knows for whom a token has to be, and whose"
  }
  assert {
    condition = alltrue([for place in jsondecode(file("../wiring.json")).stages : (
      module.queue[place.stage].subscription.push_endpoint == "${module.function[place.function].environment.ORCHESTRATOR_PUSH_AUDIENCE}/" &&
      module.queue[place.stage].subscription.token.audience == module.function[place.function].environment.ORCHESTRATOR_PUSH_AUDIENCE &&
      module.queue[place.stage].subscription.token.service_account_email == module.function[place.function].environment.ORCHESTRATOR_PUSH_SERVICE_ACCOUNT
    )])
    error_message = "every subscription pushes to its function, with the token that the function expects"
  }
  assert {
    condition     = google_cloud_scheduler_job.sweep.http_target[0].oidc_token[0].audience == module.function["sweeper"].environment.ORCHESTRATOR_PUSH_AUDIENCE && google_cloud_scheduler_job.sweep.schedule == "*/10 * * * *"
    error_message = "the calendar starts the sweeper with the token that it expects"
  }

  assert {
    condition     = length(output.queues) == 13 && alltrue([for queue in output.queues : queue.dead == "${queue.name}-dead"])
    error_message = "thirteen stages, each with its dead letters"
  }
  assert {
    condition = alltrue([for place in jsondecode(file("../wiring.json")).stages : (
      module.queue[place.stage].subscription.ack_deadline >= 10 && module.queue[place.stage].subscription.ack_deadline <= 600 &&
      "${module.queue[place.stage].subscription.ack_deadline}s" == module.function[place.function].limits.timeout
    )])
    error_message = "Pub/Sub waits as long as the service may answer"
  }
  assert {
    condition = alltrue([for place in jsondecode(file("../wiring.json")).stages : (
      module.queue[place.stage].subscription.max_delivery_attempts >= yamldecode(file("../../../config/pipeline.yaml")).orchestrator.stages[place.stage].retries + 2 &&
      module.queue[place.stage].subscription.max_delivery_attempts <= 100
    )])
    error_message = "the runtime gives up before the subscription does"
  }
  assert {
    condition = alltrue([for queue in module.queue :
      queue.subscription.minimum_backoff == "${yamldecode(file("../../../config/pipeline.yaml")).orchestrator.error_handling.retry_delay}s" && queue.subscription.maximum_backoff == "600s"
    ])
    error_message = "retry_delay and exponential_backoff are the retry policy"
  }
  assert {
    condition     = module.function["code-analysis"].limits.max_instances == 5 && module.function["code-analysis"].limits.concurrency == 1
    error_message = "max_concurrent is how many instances there may be, each with one message"
  }
  assert {
    condition     = module.function["metadata"].environment.ORCHESTRATOR_QUEUE_URL == "pubsub:projects/acme-downstream/downstream-" && module.function["metadata"].environment.ORCHESTRATOR_BLOBS_URL == "gs:downstream-acme-downstream"
    error_message = "every function knows where topics and objects are"
  }

  assert {
    condition     = toset(output.alarms) == toset([for what in ["error-rate", "webhook-latency", "service-down", "dead-letters", "oldest-message", "missed-deliveries", "model-spend-usd"] : "downstream-${what}"])
    error_message = "everything that somebody should hear of has an alarm"
  }
}
