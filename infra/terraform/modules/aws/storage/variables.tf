variable "name" {
  description = "Name of the bucket, unique in all of S3."
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

variable "kms_key_arn" {
  description = "A key of your own; none: S3's (AES-256), which costs nothing a request."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Delete the bucket with everything in it when it is destroyed."
  type        = bool
  default     = false
}
