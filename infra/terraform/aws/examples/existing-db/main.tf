# A database that is there already, whose address a parameter holds that somebody else looks after.

provider "aws" {
  region = var.region

  default_tags {
    tags = { application = "downstream", managed-by = "terraform" }
  }
}

module "downstream" {
  source = "../.."

  package_folder   = var.package_folder
  existing_secrets = { ORCHESTRATOR_DATABASE_URL = var.database_url_parameter }
}
