# deploy-aws.sh sets each of these.

variable "name" {
  description = "Begins the name of everything, and of the secrets' parameters: `/<name>/github-token`."
  type        = string
  default     = "downstream"
}

variable "region" {
  description = "Where."
  type        = string
}

variable "packages" {
  description = "Folder of the zips: `<architecture>/<function>.zip`."
  type        = string
}

variable "architecture" {
  description = "`arm64` or `x86_64`."
  type        = string
  default     = "arm64"
}

variable "secrets" {
  description = "Names of the secrets that have a parameter, such as `GITHUB_TOKEN`. Their values never pass through Terraform."
  type        = set(string)
}

variable "secrets_revision" {
  description = "Anything that changes when a secret does, so that functions start again and read it."
  type        = string
  default     = "1"
}

variable "create_database" {
  description = "Make an Aurora that sleeps; otherwise `secrets` has `ORCHESTRATOR_DATABASE_URL`."
  type        = bool
  default     = false
}

variable "database_password" {
  description = "Its owner's password (TF_VAR_database_password)."
  type        = string
  sensitive   = true
  default     = null
}

variable "vpc_id" {
  description = "The network of the database."
  type        = string
  default     = null
}

variable "subnet_ids" {
  description = "Private subnets with a way out to GitHub, for functions and database."
  type        = list(string)
  default     = []
}

variable "security_group_ids" {
  description = "What the functions belong to."
  type        = list(string)
  default     = []
}

variable "alarm_email" {
  description = "Who hears of alarms and of the budget; empty: nobody."
  type        = string
  default     = ""
}

variable "monthly_budget_usd" {
  description = "Dollars a month that are worth a mail."
  type        = number
  default     = 20
}

variable "protected" {
  description = "Database and bucket refuse to be destroyed. `deploy-aws.sh --destroy` says false."
  type        = bool
  default     = true
}
