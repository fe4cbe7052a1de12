variable "name" {
  description = "Name of the cluster."
  type        = string
}

variable "vpc_id" {
  description = "The network that it lies in."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets in at least two zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Aurora asks for subnets in two zones."
  }
}

variable "client_security_group_ids" {
  description = "Security groups whose members may connect, by any name that stays."
  type        = map(string)
}

variable "password" {
  description = "Password of the owner. Goes through write-only arguments: into Aurora and into the parameter, never into the state."
  type        = string
  sensitive   = true

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{16,128}$", var.password))
    error_message = "Give 16 to 128 letters, digits, '-' and '_', so that it can stand in an address: openssl rand -hex 24."
  }
}

variable "password_version" {
  description = "Counts up when the password is changed; only then is it written again."
  type        = number
  default     = 1
}

variable "engine_version" {
  description = "Aurora PostgreSQL that can sleep and has pgvector 0.8: 16.8 or later."
  type        = string
  default     = "16.8"
}

variable "max_capacity" {
  description = "Aurora capacity units (2 GiB each) at most."
  type        = number
  default     = 4

  validation {
    condition     = var.max_capacity >= 1 && var.max_capacity <= 256
    error_message = "Aurora takes 1 to 256 units."
  }
}

variable "seconds_until_sleep" {
  description = "Seconds without a connection after which it sleeps and costs its storage only. Waking takes about 15 s."
  type        = number
  default     = 300

  validation {
    condition     = var.seconds_until_sleep >= 300 && var.seconds_until_sleep <= 86400
    error_message = "Aurora takes 300 to 86400 seconds."
  }
}

variable "kms_key_arn" {
  description = "A key of your own; none: the key that RDS manages for the account."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Refuse to be destroyed."
  type        = bool
  default     = true
}
