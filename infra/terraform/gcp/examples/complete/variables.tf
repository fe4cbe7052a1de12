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

variable "domain" {
  description = "Name of your own that leads to the webhook service (a load balancer, or a domain mapping)."
  type        = string
}

variable "kms_key_name" {
  description = "A key in the same region that Pub/Sub's and Cloud Storage's own accounts may use."
  type        = string
}

variable "database_password" {
  description = "Password of the database's owner: TF_VAR_database_password=$(openssl rand -hex 24)."
  type        = string
  sensitive   = true
}

variable "billing_account" {
  description = "Billing account of the budget."
  type        = string
}

variable "alarm_email" {
  description = "Who hears of alarms and of the budget."
  type        = string
}
