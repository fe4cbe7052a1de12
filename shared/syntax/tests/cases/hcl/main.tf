# Infrastructure.
terraform {
  required_version = ">= 1.5"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 5.0"
    }
  }
}

variable "region" {
  type    = string
  default = "europe-west1"
}

locals {
  name = "service-${var.stage}"
}

module "network" {
  source = "git::https://github.com/acme/modules.git//network?ref=v1.2.0"
  cidr   = "10.0.0.0/16"
}

resource "google_cloud_run_v2_service" "api" {
  name     = local.name
  location = var.region

  template {
    scaling {
      min_instance_count = 0
    }
    containers {
      image = "gcr.io/${var.project}/api:latest"
      ports { container_port = 8080 }
      env {
        name  = "DATABASE_URL"
        value = var.database_url
      }
    }
  }
}

data "aws_ami" "ubuntu" { most_recent = true }

output "url" {
  value = google_cloud_run_v2_service.api.uri
}
