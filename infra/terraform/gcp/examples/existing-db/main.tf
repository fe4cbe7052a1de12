# A database that is there already, whose address a secret holds that somebody else looks after.

provider "google" {
  project = var.project
  region  = var.region
}

module "downstream" {
  source = "../.."

  project = var.project
  region  = var.region
  image   = var.image

  existing_secrets = { ORCHESTRATOR_DATABASE_URL = var.database_url_secret }
}
