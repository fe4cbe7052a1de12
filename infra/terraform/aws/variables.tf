variable "prefix" {
  description = "Beginning of every name."
  type        = string
  default     = "downstream-"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}-$", var.prefix))
    error_message = "Give lower-case letters, digits and hyphens, at most 24, with a hyphen at the end."
  }
}

variable "architecture" {
  description = "What the packages were built for: `arm64`, a fifth cheaper, or `x86_64`."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "Lambda runs on arm64 and on x86_64."
  }
}

variable "package_folder" {
  description = "Where `cargo xtask package` put `<architecture>/<function>.zip`; none: `dist/lambda` of this repository."
  type        = string
  default     = null
}

variable "pipeline_file" {
  description = "The `pipeline.yaml` that lies in the packages; none: this repository's `config/pipeline.yaml`."
  type        = string
  default     = null
}

variable "environment" {
  description = "More settings for every function, such as `RUST_LOG` or `ORCHESTRATOR_GITHUB_API_URL`. No secrets: they are readable."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Secrets to make a parameter for, beside the database's address. Their values are set outside of Terraform; until then each is `not-configured`, which is as good as absent."
  type        = set(string)
  default     = ["GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "ORCHESTRATOR_API_KEY", "WEBHOOK_URL"]

  validation {
    condition     = length(setsubtract(var.secrets, module.settings.secrets)) == 0
    error_message = "No function asks for ${join(", ", setsubtract(var.secrets, module.settings.secrets))}; known are ${join(", ", module.settings.secrets)}."
  }
}

variable "existing_secrets" {
  description = "Names of SSM parameters (SecureString) that are there already, by the secret that they hold."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.existing_secrets), module.settings.secrets)) == 0
    error_message = "No function asks for ${join(", ", setsubtract(keys(var.existing_secrets), module.settings.secrets))}; known are ${join(", ", module.settings.secrets)}."
  }
}

variable "secrets_revision" {
  description = "Change it to whatever else after a secret has changed: functions read secrets when they start, and start again."
  type        = string
  default     = "1"
}

variable "database" {
  description = "Make an Aurora cluster that sleeps when nobody asks. None: the address of a Postgres with pgvector (Neon's, say) is set as the secret `ORCHESTRATOR_DATABASE_URL`."
  type = object({
    vpc_id              = string
    subnet_ids          = list(string)
    max_capacity        = optional(number, 4)
    seconds_until_sleep = optional(number, 300)
    deletion_protection = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.database == null || var.vpc != null
    error_message = "The functions have to be in the network of the database: set vpc."
  }
  validation {
    condition     = var.database == null || !contains(keys(var.existing_secrets), "ORCHESTRATOR_DATABASE_URL")
    error_message = "Either a new database or an existing one: leave out one of database and existing_secrets.ORCHESTRATOR_DATABASE_URL."
  }
}

variable "database_password" {
  description = "Password of the new database's owner (TF_VAR_database_password). Handed to write-only arguments: not in the state, but in a plan that is kept as a file."
  type        = string
  sensitive   = true
  default     = null

  validation {
    condition     = var.database == null || var.database_password != null
    error_message = "A new database needs database_password: TF_VAR_database_password=$(openssl rand -hex 24)."
  }
}

variable "database_password_version" {
  description = "Count up to have a new `database_password` written."
  type        = number
  default     = 1
}

variable "vpc" {
  description = "Private subnets with a way out to GitHub (a NAT gateway), and security groups, for the functions. Only needed for a database in a VPC."
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
  })
  default = null
}

variable "kms_key_arn" {
  description = "A key of your own for queues, objects, parameters, logs and the database. None: the services' own keys, which cost nothing a month and a request."
  type        = string
  default     = null
}

variable "expire_after_days" {
  description = "Days after which objects are deleted, by prefix. Messages too large for a queue lie under `envelope/` and need not outlive it. Of snapshots, age says nothing: the newest one refers to packs (`pack/`) as old as the files in it, so name those only if you may lose them."
  type        = map(number)
  default     = { "envelope/" = 21 }
}

variable "bucket_force_destroy" {
  description = "Let `terraform destroy` delete the bucket with what is in it."
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
}

variable "requests_a_second" {
  description = "Requests that the API lets through in a second on average; twice as many at once."
  type        = number
  default     = 50
}

variable "reserve_ingest_concurrency" {
  description = "Keep `functions.webhook-ingest.max_concurrent` of pipeline.yaml free for webhooks, so that workers cannot take all that the account has. Needs an account with more than that and 100."
  type        = bool
  default     = false
}

variable "sweep_schedule" {
  description = "How often the sweeper looks after what was left behind, as EventBridge Scheduler writes it."
  type        = string
  default     = "rate(10 minutes)"
}

variable "url" {
  description = "Public address where a domain of your own leads to the API; none: the API's own."
  type        = string
  default     = null
}

variable "alarm_actions" {
  description = "ARNs that alarms tell: SNS topics, mostly. None: alarms are seen in the console only."
  type        = list(string)
  default     = []
}

variable "model_spend_usd_a_day" {
  description = "US dollars that the language model may cost in a day before an alarm."
  type        = number
  default     = 5
}

variable "budget_usd_a_month" {
  description = "US dollars a month for everything with the tag `application`; 0 makes no budget."
  type        = number
  default     = 20
}

variable "budget_emails" {
  description = "Who hears of 50, 90 and 100 % of the budget."
  type        = list(string)
  default     = []
}

variable "permissions_boundary_arn" {
  description = "Boundary of every role, where your account asks for one."
  type        = string
  default     = null
}
