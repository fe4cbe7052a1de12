# deploy-gcp.sh sets each of these.

variable "project" {
  description = "Id of the project."
  type        = string
}

variable "region" {
  description = "Where."
  type        = string
}

variable "name" {
  description = "Begins the name of everything, and of the secrets: `<name>-github-token`."
  type        = string
  default     = "downstream"
}

variable "image" {
  description = "The image, by its digest."
  type        = string
}

variable "secrets" {
  description = "Names of the secrets that have a value in Secret Manager, such as `GITHUB_TOKEN`. Their values never pass through Terraform."
  type        = set(string)
}

variable "secrets_revision" {
  description = "Anything that changes when a secret does, so that services start again and read it."
  type        = string
  default     = "1"
}

variable "create_database" {
  description = "Make a Cloud SQL for Postgres; otherwise `secrets` has `ORCHESTRATOR_DATABASE_URL`."
  type        = bool
  default     = false
}

variable "database_password" {
  description = "Its owner's password (TF_VAR_database_password)."
  type        = string
  sensitive   = true
  default     = null
}

variable "alarm_email" {
  description = "Who hears of alarms; empty: nobody."
  type        = string
  default     = ""
}

variable "billing_account" {
  description = "Where the budget is made, which takes a right on it; empty: no budget."
  type        = string
  default     = ""
}

variable "monthly_budget_usd" {
  description = "Dollars a month that are worth a mail."
  type        = number
  default     = 20
}

variable "protected" {
  description = "Database and bucket refuse to be destroyed. `deploy-gcp.sh --destroy` says false."
  type        = bool
  default     = true
}
