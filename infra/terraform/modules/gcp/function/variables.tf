variable "project" {
  description = "Id of the project."
  type        = string
}

variable "region" {
  description = "Where it runs."
  type        = string
}

variable "name" {
  description = "Name of the service and of its service account."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.name))
    error_message = "A service account has 6 to 30 lower-case letters, digits and hyphens."
  }
}

variable "image" {
  description = "The image with all functions, by digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "Name the image by its digest (…@sha256:…), so that what was tested is what runs."
  }
}

variable "command" {
  description = "Path of the function's program in the image."
  type        = string
}

variable "audience" {
  description = "Its own address, which tokens that are sent to it have to name."
  type        = string
}

variable "timeout" {
  description = "Seconds that one request may take."
  type        = number
}

variable "memory" {
  description = "MiB of one instance. What is written to `/tmp` counts as well."
  type        = number

  validation {
    condition     = var.memory >= 512 && var.memory <= 32768
    error_message = "The second generation takes 512 to 32768 MiB."
  }
}

variable "cpu" {
  description = "Processors of one instance."
  type        = number
  default     = 1
}

variable "concurrency" {
  description = "Requests that one instance answers at once."
  type        = number

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 1000
    error_message = "Cloud Run takes 1 to 1000."
  }
}

variable "max_instances" {
  description = "Instances at most."
  type        = number

  validation {
    condition     = var.max_instances >= 1
    error_message = "There has to be one."
  }
}

variable "public" {
  description = "Anybody may call it: it verifies signatures and tokens itself. Otherwise only `invokers`, from inside the project."
  type        = bool
  default     = false
}

variable "invokers" {
  description = "E-mail addresses of service accounts that may call it, by any name that stays."
  type        = map(string)
  default     = {}
}

variable "environment" {
  description = "Settings that are no secret."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Secrets of Secret Manager by the setting that they hold; the newest version, read when an instance starts."
  type        = map(string)
  default     = {}
}

variable "sends" {
  description = "Names of all topics that it may publish to."
  type        = set(string)
  default     = []
}

variable "bucket" {
  description = "The bucket that it gets and puts objects in; none: no objects."
  type        = string
  default     = null
}

variable "sql_connection" {
  description = "Cloud SQL instance that is reached by a socket below `/cloudsql`; none: a database by address."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Refuse to be destroyed."
  type        = bool
  default     = false
}

variable "labels" {
  description = "Labels of everything."
  type        = map(string)
  default     = {}
}
