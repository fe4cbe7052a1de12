output "aws" {
  description = "`functions` by name (`timeout` and `memory` as Lambda takes them, `stages`, `sends`, `secrets`, `blobs`, `fetches`, `model`, `trigger`) and `queues` by stage (`name`, `function`, `visibility_timeout`, `max_receive_count`, `maximum_concurrency`)."
  value       = { functions = local.aws_functions, queues = local.aws_queues }

  precondition {
    condition     = length(local.unknown) == 0
    error_message = "pipeline.yaml names what wiring.json does not know: ${join(", ", local.unknown)}; correct the name, or run cargo xtask wiring."
  }
  precondition {
    condition     = length(local.too_long) == 0
    error_message = "Lambda ends an invocation after ${local.longest_invocation} s, ${local.margin.queue} of which the runtime keeps for itself: set timeout to ${local.longest_invocation - local.margin.queue} or less for ${join(", ", local.too_long)}."
  }
}

output "gcp" {
  description = "`functions` by name (`timeout`, `memory`, `cpu`, `concurrency`, `max_instances` as Cloud Run takes them, `stages`, `sends`, `secrets`, `blobs`, `fetches`, `model`, `trigger`) and `queues` by stage (`name`, `function`, `ack_deadline`, `minimum_backoff`, `maximum_backoff`, `max_delivery_attempts`)."
  value       = { functions = local.gcp_functions, queues = local.gcp_queues }

  precondition {
    condition     = length(local.unknown) == 0
    error_message = "pipeline.yaml names what wiring.json does not know: ${join(", ", local.unknown)}; correct the name, or run cargo xtask wiring."
  }
}

output "secrets" {
  description = "Names of all secrets that some function can use."
  value       = toset(flatten([for function in local.functions : function.secrets]))
}

locals {
  unknown = sort(concat(
    tolist(setsubtract(keys(try(local.pipeline.stages, {})), keys(local.limits))),
    tolist(setsubtract(keys(try(local.pipeline.functions, {})), keys(local.stageless))),
  ))
  too_long = sort([for name, function in local.functions : name if function.timeout > local.longest_invocation])
}
