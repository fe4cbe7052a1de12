variable "name" {
  description = "Name of the queue; its dead letters are `<name>-dead`."
  type        = string
}

variable "visibility_timeout" {
  description = "Seconds that a message stays invisible while it is handled: at least six times the function's timeout."
  type        = number

  validation {
    condition     = var.visibility_timeout >= 0 && var.visibility_timeout <= 43200
    error_message = "SQS takes 0 to 43200 seconds."
  }
}

variable "max_receive_count" {
  description = "Receives after which the queue itself moves a message to the dead letters: beyond what the runtime gives up after."
  type        = number

  validation {
    condition     = var.max_receive_count >= 1 && var.max_receive_count <= 1000
    error_message = "SQS takes 1 to 1000."
  }
}

variable "kms_key_arn" {
  description = "A key of your own; none leaves encryption to SQS, which costs nothing."
  type        = string
  default     = null
}
