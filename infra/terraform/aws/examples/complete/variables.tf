variable "region" {
  description = "Where everything is."
  type        = string
  default     = "eu-central-1"
}

variable "package_folder" {
  description = "Where `cargo xtask package` put the zips; none: `dist/lambda` of this repository."
  type        = string
  default     = null
}

variable "domain" {
  description = "Name of your own that leads to the API (an API Gateway custom domain, or a CDN before it)."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "private_subnet_ids" {
  description = "Private subnets in two zones or more, with a way out to GitHub (a NAT gateway)."
  type        = list(string)
}

variable "private_subnet_cidrs" {
  description = "Their address ranges: where the database may be."
  type        = set(string)
}

variable "database_password" {
  description = "Password of the database's owner: TF_VAR_database_password=$(openssl rand -hex 24)."
  type        = string
  sensitive   = true
}

variable "alarm_email" {
  description = "Who hears of alarms and of the budget."
  type        = string
}
