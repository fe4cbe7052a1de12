# Every bound of both clouds, by a file that goes beyond each of them.

variables {
  wiring_file   = "tests/files/wiring.json"
  pipeline_file = "tests/files/extremes.yaml"
}

run "lambda" {
  command = plan

  assert {
    condition     = output.aws.functions["first"].timeout == 900
    error_message = "870 s and 30 s for the runtime are what Lambda allows"
  }
  assert {
    condition     = output.aws.functions["first"].memory == 10240
    error_message = "memory is taken as it is written"
  }
  assert {
    condition     = output.aws.functions["door"].timeout == 28
    error_message = "who waits for an answer does not wait for the runtime's margin"
  }
  assert {
    condition     = output.aws.functions["second"].timeout == 130 && output.aws.functions["second"].memory == 300
    error_message = "a function with two stages has the longest timeout and the largest memory of them"
  }
}

run "sqs" {
  command = plan

  assert {
    condition     = alltrue([for queue in output.aws.queues : queue.visibility_timeout >= 6 * output.aws.functions[queue.function].timeout])
    error_message = "a message stays invisible for six times the time that its function may take"
  }
  assert {
    condition     = output.aws.queues["one_thing"].visibility_timeout == 5400 && output.aws.queues["one_thing"].visibility_timeout <= 43200
    error_message = "six times 900 s, below the 12 hours that SQS allows"
  }
  assert {
    condition     = output.aws.queues["short"].visibility_timeout == 780
    error_message = "a short stage beside a long one waits for their function"
  }
  assert {
    condition = (
      output.aws.queues["one_thing"].maximum_concurrency == 1000 &&
      output.aws.queues["short"].maximum_concurrency == 2 &&
      output.aws.queues["long"].maximum_concurrency == 3
    )
    error_message = "an event source runs between 2 and 1000 at once"
  }
  assert {
    condition     = output.aws.queues["short"].max_receive_count == 6 && output.aws.queues["long"].max_receive_count == 8
    error_message = "first attempt, retries, and five crashes"
  }
  assert {
    condition     = output.aws.queues["unlisted"].max_receive_count == 10 && output.aws.functions["third"].timeout == 330
    error_message = "a stage that is not listed has max_retries, 300 s, and 512 MiB"
  }
  assert {
    condition     = output.aws.queues["one_thing"].name == "one-thing"
    error_message = "queues are named with hyphens"
  }
}

run "cloud_run" {
  command = plan

  assert {
    condition     = output.gcp.functions["first"].timeout == 600
    error_message = "Pub/Sub waits for ten minutes"
  }
  assert {
    condition     = output.gcp.functions["first"].cpu == 4 && output.gcp.functions["second"].cpu == 1
    error_message = "more than 8 GiB need four processors"
  }
  assert {
    condition     = output.gcp.functions["second"].memory == 512
    error_message = "a container has at least 512 MiB"
  }
  assert {
    condition     = output.gcp.functions["second"].concurrency == 1 && output.gcp.functions["second"].max_instances == 4
    error_message = "an instance a message: as many as all stages of the function together may handle"
  }
  assert {
    condition     = output.gcp.functions["door"].concurrency == 80 && output.gcp.functions["door"].max_instances == 3
    error_message = "200 requests at once are three instances with 80 each"
  }
}

run "pubsub" {
  command = plan

  assert {
    condition     = alltrue([for queue in output.gcp.queues : queue.ack_deadline >= 10 && queue.ack_deadline <= 600])
    error_message = "an ack deadline is between 10 and 600 s"
  }
  assert {
    condition     = alltrue([for queue in output.gcp.queues : queue.ack_deadline >= output.gcp.functions[queue.function].timeout])
    error_message = "nothing is sent again while its request may still be answered"
  }
  assert {
    condition     = output.gcp.queues["one_thing"].max_delivery_attempts == 100 && output.gcp.queues["short"].max_delivery_attempts == 51
    error_message = "retries + 1 + 50, at most 100"
  }
  assert {
    condition     = output.gcp.queues["short"].minimum_backoff == 600 && output.gcp.queues["short"].maximum_backoff == 600
    error_message = "a delay is 600 s at most"
  }
}

run "a_steady_delay" {
  command = plan
  variables {
    pipeline_file = "tests/files/steady.yaml"
  }

  assert {
    condition     = alltrue([for queue in output.gcp.queues : queue.minimum_backoff == 7 && queue.maximum_backoff == 7])
    error_message = "without exponential backoff every retry waits the same time"
  }
  assert {
    condition     = alltrue([for queue in output.aws.queues : queue.max_receive_count == 7]) && output.aws.functions["second"].timeout == 330 && output.aws.functions["second"].memory == 512
    error_message = "a file without stages gives each the runtime's defaults"
  }
}

run "what_functions_ask" {
  command = plan

  assert {
    condition     = output.secrets == toset(["KEY", "URL"])
    error_message = "the union of what functions ask"
  }
  assert {
    condition     = output.aws.functions["first"].sends == toset(["short"]) && output.gcp.functions["door"].blobs == toset(["put"])
    error_message = "sends and blobs are handed on"
  }
  assert {
    condition     = output.aws.functions["first"].fetches && !output.aws.functions["door"].fetches && output.gcp.functions["first"].model
    error_message = "who may read code fetches it"
  }
}

run "an_hour_is_refused" {
  command = plan
  variables {
    pipeline_file = "tests/files/too-long.yaml"
  }
  expect_failures = [output.aws]
}

run "a_misspelt_stage_is_refused" {
  command = plan
  variables {
    pipeline_file = "tests/files/unknown.yaml"
  }
  expect_failures = [output.aws, output.gcp]
}
