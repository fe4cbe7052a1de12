variable "project" {
  description = "Id of the project."
  type        = string
}

variable "prefix" {
  description = "Beginning of every name, as everywhere."
  type        = string
}

variable "services" {
  description = "Names of all services."
  type        = set(string)
}

variable "subscriptions" {
  description = "Subscriptions that push to functions, and those of the dead letters."
  type = object({
    live = set(string)
    dead = set(string)
  })
}

variable "ingest" {
  description = "The service that answers webhooks, and its address."
  type = object({
    service = string
    url     = string
  })
}

variable "notification_channels" {
  description = "Ids of Cloud Monitoring's channels that are told."
  type        = list(string)
  default     = []
}

variable "model_spend_usd_a_day" {
  description = "US dollars that the language model may cost in a day before somebody is told."
  type        = number
  default     = 5
}

variable "billing_account" {
  description = "Billing account that the budget is made in; none makes no budget."
  type        = string
  default     = null
}

variable "budget_usd_a_month" {
  description = "US dollars that everything with our label may cost in a month."
  type        = number
  default     = 20
}

variable "budget_label" {
  description = "Label that the budget counts, as `key` and `value`."
  type = object({
    key   = string
    value = string
  })
}

variable "labels" {
  description = "Labels of the policies."
  type        = map(string)
  default     = {}
}
