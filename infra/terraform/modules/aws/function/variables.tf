variable "name" {
  description = "Name of the function, its role and its log group."
  type        = string
}

variable "account" {
  description = "Where it lies. ARNs are composed from this, so that a plan shows whole policies and not `(known after apply)`."
  type = object({
    partition = string
    region    = string
    id        = string
  })
}

variable "package" {
  description = "Path of the zip that `cargo xtask package` made: one static `bootstrap` and the configuration."
  type        = string
}

variable "architecture" {
  description = "`arm64` or `x86_64`: what the package was built for."
  type        = string
}

variable "timeout" {
  description = "Seconds that one invocation may take."
  type        = number

  validation {
    condition     = var.timeout >= 1 && var.timeout <= 900
    error_message = "Lambda takes 1 to 900 seconds."
  }
}

variable "memory" {
  description = "MiB of one invocation; the processor follows from it (1,769 MiB is one)."
  type        = number

  validation {
    condition     = var.memory >= 128 && var.memory <= 10240
    error_message = "Lambda takes 128 to 10240 MiB."
  }
}

variable "ephemeral_storage" {
  description = "MiB of `/tmp`."
  type        = number
  default     = 512
}

variable "reserved_concurrency" {
  description = "Invocations that are kept free for it, and the most it may have; none takes from what the account has left."
  type        = number
  default     = null
}

variable "environment" {
  description = "Settings that are no secret."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Names of SSM parameters by the setting that they hold. The function gets the name as `<SETTING>_PARAMETER` and reads it when it starts."
  type        = map(string)
  default     = {}
}

variable "sources" {
  description = "Queues that it hears, by stage: name, and how many messages at once."
  type = map(object({
    queue               = string
    maximum_concurrency = number
  }))
  default = {}

  validation {
    condition     = alltrue([for source in var.sources : source.maximum_concurrency >= 2 && source.maximum_concurrency <= 1000])
    error_message = "An event source runs 2 to 1000 at once."
  }
}

variable "sends" {
  description = "Names of all queues that it may send to."
  type        = set(string)
  default     = []
}

variable "bucket" {
  description = "Its bucket and what it does there: `get`, `put`. None: no objects."
  type = object({
    name = string
    does = set(string)
  })
  default = null

  validation {
    condition     = var.bucket == null || length(setsubtract(try(var.bucket.does, []), ["get", "put"])) == 0
    error_message = "An object can be got and put."
  }
}

variable "kms_key_arn" {
  description = "The key that queues, objects, parameters and logs are encrypted with; none leaves it to the services."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days that its log is kept."
  type        = number
  default     = 30
}

variable "vpc" {
  description = "Subnets and security groups that it runs in, with a way out to GitHub; none: outside of any VPC."
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
  })
  default = null
}

variable "permissions_boundary_arn" {
  description = "Boundary of its role, where your account asks for one."
  type        = string
  default     = null
}
