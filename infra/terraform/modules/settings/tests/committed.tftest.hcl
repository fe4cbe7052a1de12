# The two files of this repository.

run "every_stage_has_its_place" {
  command = plan

  assert {
    condition     = length(output.aws.queues) == 13 && length(output.gcp.queues) == 13
    error_message = "thirteen stages; a new one changes this number"
  }
  assert {
    condition     = length(output.aws.functions) == 11
    error_message = "eleven functions; a new one changes this number"
  }
  assert {
    condition     = output.aws.functions["webhook-ingest"].sends == toset(["initialization", "issue_commands"])
    error_message = "a webhook becomes a report of a change or an event of an issue"
  }
  assert {
    condition     = output.aws.functions["sweeper"].sends == toset(keys(output.aws.queues))
    error_message = "the sweeper sends again whatever was not sent"
  }
  assert {
    condition     = output.aws.functions["notify"].stages == toset(["notify", "issue_commands", "digest", "dashboard", "preview"])
    error_message = "whoever writes on issues is one function"
  }
}

run "what_the_file_says" {
  command = plan

  assert {
    condition     = output.aws.functions["code-analysis"].timeout == 630 && output.aws.queues["code_analysis"].visibility_timeout == 3780
    error_message = "600 s, 30 for the runtime, and six times that"
  }
  assert {
    condition     = output.gcp.queues["code_analysis"].ack_deadline == 600
    error_message = "ten minutes are the most that Pub/Sub waits"
  }
  assert {
    condition     = output.aws.queues["notify"].maximum_concurrency == 2 && output.gcp.functions["notify"].max_instances == 5
    error_message = "one at once is two for an event source; five stages with one each are five instances"
  }
  assert {
    condition     = output.gcp.queues["notify"].minimum_backoff == 5 && output.gcp.queues["notify"].maximum_backoff == 600
    error_message = "retry_delay and exponential_backoff shape the retry policy"
  }
  assert {
    condition     = output.aws.functions["webhook-ingest"].timeout <= 29
    error_message = "API Gateway waits for 30 s"
  }
}
