variable "prefix" {
  description = "Beginning of every name, as everywhere."
  type        = string
}

variable "functions" {
  description = "Deployed functions by name: what Lambda calls them, and their log groups."
  type = map(object({
    name      = string
    log_group = string
  }))
}

variable "queues" {
  description = "Queues by stage: name, and name of the dead letters."
  type = map(object({
    name = string
    dead = string
  }))
}

variable "ingest" {
  description = "The function that answers webhooks, and the API before it."
  type = object({
    function = string
    api_id   = string
  })
}

variable "spenders" {
  description = "Functions that ask a language model and print what it cost."
  type        = set(string)
}

variable "sweeper" {
  description = "The function that looks for missed deliveries and prints how many there were."
  type        = string
}

variable "actions" {
  description = "ARNs that are told, both when an alarm begins and when it is over: SNS topics, mostly."
  type        = list(string)
  default     = []
}

variable "model_spend_usd_a_day" {
  description = "US dollars that the language model may cost in a day before somebody is told."
  type        = number
  default     = 5
}

variable "budget_usd_a_month" {
  description = "US dollars that everything with our tag may cost in a month; 0 makes no budget."
  type        = number
  default     = 20
}

variable "budget_emails" {
  description = "Who hears of 50, 90 and 100 % of the budget."
  type        = list(string)
  default     = []
}

variable "budget_tag" {
  description = "Cost allocation tag that the budget counts, as `key` and `value`; it has to be activated once in the billing console."
  type = object({
    key   = string
    value = string
  })
}
