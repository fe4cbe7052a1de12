variable "pipeline_file" {
  description = "Path of `pipeline.yaml`: the same file that lies in the packages."
  type        = string
  default     = null
}

variable "wiring_file" {
  description = "Path of `wiring.json`, which `cargo xtask wiring` generates from the stages' types."
  type        = string
  default     = null
}
