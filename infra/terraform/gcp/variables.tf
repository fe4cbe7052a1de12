variable "project" {
  description = "Id of the project."
  type        = string
}

variable "region" {
  description = "Where everything is."
  type        = string
  default     = "us-central1"
}

variable "image" {
  description = "The image that `cargo xtask package` made, with all functions as `/app/<function>`, by digest."
  type        = string
}

variable "prefix" {
  description = "Beginning of every name."
  type        = string
  default     = "downstream-"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,12}-$", var.prefix))
    error_message = "Give lower-case letters, digits and hyphens, 4 to 14, with a hyphen at the end: a service account's name has 30 at most."
  }
}

variable "pipeline_file" {
  description = "The `pipeline.yaml` that lies in the image; none: this repository's `config/pipeline.yaml`."
  type        = string
  default     = null
}

variable "environment" {
  description = "More settings for every function, such as `RUST_LOG` or `ORCHESTRATOR_GITHUB_API_URL`. No secrets: they are readable."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Secrets to make in Secret Manager, beside the database's address. Their values are set outside of Terraform; until then each is `not-configured`, which is as good as absent."
  type        = set(string)
  default     = ["GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "ORCHESTRATOR_API_KEY", "WEBHOOK_URL"]

  validation {
    condition     = length(setsubtract(var.secrets, module.settings.secrets)) == 0
    error_message = "No function asks for ${join(", ", setsubtract(var.secrets, module.settings.secrets))}; known are ${join(", ", module.settings.secrets)}."
  }
}

variable "existing_secrets" {
  description = "Names of secrets in Secret Manager that are there already and have a version, by the setting that they hold."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.existing_secrets), module.settings.secrets)) == 0
    error_message = "No function asks for ${join(", ", setsubtract(keys(var.existing_secrets), module.settings.secrets))}; known are ${join(", ", module.settings.secrets)}."
  }
}

variable "secrets_revision" {
  description = "Change it to whatever else after a secret has changed: services read secrets when they start, and start again."
  type        = string
  default     = "1"
}

variable "database" {
  description = "Make the smallest Cloud SQL instance, which never sleeps. None: the address of a Postgres with pgvector (Neon's, say) is set as the secret `ORCHESTRATOR_DATABASE_URL`."
  type = object({
    tier                = optional(string, "db-f1-micro")
    deletion_protection = optional(bool, true)
  })
  default = null

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

variable "kms_key_name" {
  description = "A key of your own for topics and objects. None: Google's own keys, which cost nothing."
  type        = string
  default     = null
}

variable "expire_after_days" {
  description = "Days after which objects are deleted, by prefix. Messages too large for a topic lie under `envelope/` and need not outlive it. Of snapshots, age says nothing: the newest one refers to packs (`pack/`) as old as the files in it, so name those only if you may lose them."
  type        = map(number)
  default     = { "envelope/" = 45 }
}

variable "bucket_force_destroy" {
  description = "Let `terraform destroy` delete the bucket with what is in it."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Services refuse to be destroyed."
  type        = bool
  default     = false
}

variable "sweep_schedule" {
  description = "How often the sweeper looks after what was left behind, as cron writes it."
  type        = string
  default     = "*/10 * * * *"
}

variable "url" {
  description = "Public address where a domain of your own leads to the webhook service; none: the service's own."
  type        = string
  default     = null
}

variable "notification_channels" {
  description = "Ids of Cloud Monitoring's channels that alarms tell. None: alarms are seen in the console only."
  type        = list(string)
  default     = []
}

variable "model_spend_usd_a_day" {
  description = "US dollars that the language model may cost in a day before an alarm."
  type        = number
  default     = 5
}

variable "billing_account" {
  description = "Billing account that the budget is made in, which takes a right on it; none makes no budget."
  type        = string
  default     = null
}

variable "budget_usd_a_month" {
  description = "US dollars a month for everything with the label `application`."
  type        = number
  default     = 20
}

variable "labels" {
  description = "More labels of everything that takes some."
  type        = map(string)
  default     = {}
}
