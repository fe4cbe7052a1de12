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
