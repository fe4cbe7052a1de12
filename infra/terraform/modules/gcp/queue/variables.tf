variable "project" {
  description = "Id of the project."
  type        = string
}

variable "region" {
  description = "Where messages are kept."
  type        = string
}

variable "name" {
  description = "Name of the topic and of its subscription; the dead letters are `<name>-dead`."
  type        = string
}

variable "ack_deadline" {
  description = "Seconds that the answer to a push may take."
  type        = number

  validation {
    condition     = var.ack_deadline >= 10 && var.ack_deadline <= 600
    error_message = "Pub/Sub takes 10 to 600 seconds."
  }
}

variable "minimum_backoff" {
  description = "Seconds before the first retry."
  type        = number

  validation {
    condition     = var.minimum_backoff >= 0 && var.minimum_backoff <= 600
    error_message = "Pub/Sub takes 0 to 600 seconds."
  }
}

variable "maximum_backoff" {
  description = "Seconds before the last retry."
  type        = number

  validation {
    condition     = var.maximum_backoff >= var.minimum_backoff && var.maximum_backoff <= 600
    error_message = "Pub/Sub takes the minimum to 600 seconds."
  }
}

variable "max_delivery_attempts" {
  description = "Deliveries after which Pub/Sub itself moves a message to the dead letters: beyond what the runtime gives up after."
  type        = number

  validation {
    condition     = var.max_delivery_attempts >= 5 && var.max_delivery_attempts <= 100
    error_message = "Pub/Sub takes 5 to 100."
  }
}

variable "push" {
  description = "Where messages are pushed to, for whom the token is, and whose it is."
  type = object({
    endpoint        = string
    audience        = string
    service_account = string
  })
}

variable "service_agent" {
  description = "Pub/Sub's own service account in this project: it moves dead letters."
  type        = string
}

variable "kms_key_name" {
  description = "A key of your own; none: Google's, which costs nothing."
  type        = string
  default     = null
}

variable "labels" {
  description = "Labels of everything."
  type        = map(string)
  default     = {}
}
