variable "project" {
  description = "Id of the project."
  type        = string
}

variable "region" {
  description = "Where it lies."
  type        = string
}

variable "name" {
  description = "Name of the instance. A name stays taken for a week after its instance was deleted."
  type        = string
}

variable "tier" {
  description = "Machine type. The smallest costs about 9 USD a month, for it never sleeps."
  type        = string
  default     = "db-f1-micro"
}

variable "password" {
  description = "Password of the owner. Goes through write-only arguments: into Cloud SQL and into the secret, never into the state."
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

variable "deletion_protection" {
  description = "Refuse to be destroyed."
  type        = bool
  default     = true
}

variable "labels" {
  description = "Labels of the instance."
  type        = map(string)
  default     = {}
}
