variable "project" {
  description = "Id of the project."
  type        = string
}

variable "region" {
  description = "Where objects lie."
  type        = string
}

variable "name" {
  description = "Name of the bucket, unique in all of Cloud Storage."
  type        = string
}

variable "expire_after_days" {
  description = "Days after which objects are deleted, by prefix (`envelope/`, `snapshot/`, …)."
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for prefix, days in var.expire_after_days : days >= 1 && endswith(prefix, "/")])
    error_message = "Give whole days, and prefixes that end with a slash."
  }
}

variable "kms_key_name" {
  description = "A key of your own; none: Google's, which costs nothing."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Delete the bucket with everything in it when it is destroyed."
  type        = bool
  default     = false
}

variable "labels" {
  description = "Labels of the bucket."
  type        = map(string)
  default     = {}
}
