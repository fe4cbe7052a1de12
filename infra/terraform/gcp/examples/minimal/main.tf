# Everything by default: a Postgres that you have or make elsewhere (its address is a secret to set), no one to tell.

provider "google" {
  project = var.project
  region  = var.region
}

module "downstream" {
  source = "../.."

  project = var.project
  region  = var.region
  image   = var.image
}
