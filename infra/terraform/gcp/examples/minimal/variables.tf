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
