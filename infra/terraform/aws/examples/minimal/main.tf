# Everything by default: arm64, a Postgres that you have or make elsewhere (its address is a secret to set), no one to tell.

provider "aws" {
  region = var.region

  default_tags {
    tags = { application = "downstream", managed-by = "terraform" }
  }
}

module "downstream" {
  source = "../.."

  package_folder = var.package_folder
}
