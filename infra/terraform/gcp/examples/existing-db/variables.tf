variable "project" {
  description = "Id of the project."
  type        = string
}

variable "region" {
  description = "Where everything is."
  type        = string
  default     = "europe-west1"
}

variable "image" {
  description = "The image, by digest."
  type        = string
}

variable "database_url_secret" {
  description = "Name of the secret in Secret Manager with `postgres://…` of a Postgres 15 or later with pgvector."
  type        = string
}
