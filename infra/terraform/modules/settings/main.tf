# What `pipeline.yaml` and `wiring.json` mean on each cloud. No resource and no provider: only arithmetic, so that every
# number that a queue or a function gets is written down, and tested, in one place.

locals {
  pipeline = yamldecode(file(coalesce(var.pipeline_file, "${path.module}/../../../../config/pipeline.yaml"))).orchestrator
  wiring   = jsondecode(file(coalesce(var.wiring_file, "${path.module}/../../wiring.json")))

  errors = merge(
    { max_retries = 3, retry_delay = 5, exponential_backoff = true },
    try(local.pipeline.error_handling, {}),
  )

  # What a stage has that the file does not name; the runtime's own defaults.
  defaults = { timeout = 300, retries = local.errors.max_retries, max_concurrent = 5, memory = 512 }

  limits = { for place in local.wiring.stages : place.stage => merge(
    local.defaults,
    try(local.pipeline.stages[place.stage], {}),
  ) }

  # Functions without a stage: the one that serves webhooks and the one that the calendar starts.
  stageless = { for function in local.wiring.functions : function.name => merge(
    local.defaults,
    try(local.pipeline.functions[function.name], {}),
  ) if length(function.stages) == 0 }

  # The runtime gives up after `timeout`; this is what it then needs to write that down and to send what follows. Whoever
  # waits for an HTTP answer does not wait for that.
  margin = { queue = 30, schedule = 30, http = 0 }

  # A function that hosts several stages has to satisfy each of them.
  functions = { for function in local.wiring.functions : function.name => {
    trigger = function.trigger
    stages  = toset(function.stages)
    sends   = toset(function.sends)
    secrets = toset(function.asks.secrets)
    blobs   = toset(function.asks.blobs)
    # Whoever reads code fetches it: into /tmp.
    fetches = contains(keys(function.asks.github), "contents")
    model   = function.asks.model
    timeout = max([for limits in local.of[function.name] : limits.timeout]...) + local.margin[function.trigger]
    memory  = max([for limits in local.of[function.name] : limits.memory]...)
    # Messages, or requests, of all its stages together.
    max_concurrent = sum([for limits in local.of[function.name] : limits.max_concurrent])
  } }
  of = { for function in local.wiring.functions : function.name => (
    length(function.stages) == 0
    ? [local.stageless[function.name]]
    : [for stage in function.stages : local.limits[stage]]
  ) }

  queues = { for place in local.wiring.stages : place.stage => {
    name     = replace(place.stage, "_", "-")
    function = place.function
    retries  = local.limits[place.stage].retries
  } }
}

# Amazon: Lambda and SQS.
locals {
  # Lambda ends an invocation after 15 minutes, whatever it is doing.
  longest_invocation = 900

  aws_functions = { for name, function in local.functions : name => merge(function, {
    timeout = min(local.longest_invocation, function.timeout)
  }) }

  aws_queues = { for stage, queue in local.queues : stage => merge(queue, {
    # Amazon's advice for a queue that Lambda reads; less, and a message comes back while it is still being handled.
    visibility_timeout = 6 * local.aws_functions[queue.function].timeout
    # The runtime counts retries itself and gives up with a reason. The queue's own limit is for what kills the process
    # before it can: the first attempt, the retries, and five crashes.
    max_receive_count = queue.retries + 1 + 5
    # The service takes 2 to 1000. Where 1 is asked for, two may run: `notify` takes turns by a lock in the store.
    maximum_concurrency = min(1000, max(2, local.limits[stage].max_concurrent))
  }) }
}

# Google: Cloud Run and Pub/Sub.
locals {
  # Pub/Sub waits at most ten minutes for the answer to a push. A calendar waits no longer.
  longest_push = 600

  gcp_functions = { for name, function in local.functions : name => merge(function, {
    timeout = min(local.longest_push, function.timeout)
    # The second generation of the execution environment, which parsers in child processes need, starts at 512 MiB.
    memory = max(512, function.memory)
    # What a gigabyte may be had with.
    cpu = function.memory > 8192 ? 4 : function.memory > 4096 ? 2 : 1
    # A worker has its memory for one message. The service that answers webhooks mostly waits.
    concurrency   = function.trigger == "http" ? min(80, function.max_concurrent) : 1
    max_instances = function.trigger == "http" ? ceil(function.max_concurrent / 80) : function.max_concurrent
  }) }

  backoff = min(600, local.errors.retry_delay)

  gcp_queues = { for stage, queue in local.queues : stage => merge(queue, {
    # With the runtime's margin never below the ten seconds that it has to be.
    ack_deadline    = local.gcp_functions[queue.function].timeout
    minimum_backoff = local.backoff
    maximum_backoff = local.errors.exponential_backoff ? 600 : local.backoff
    # Between 5 and 100. A push that finds no free instance counts as an attempt here, hence more room than on SQS.
    max_delivery_attempts = max(5, min(100, queue.retries + 1 + 50))
  }) }
}
