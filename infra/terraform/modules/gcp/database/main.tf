# The smallest Postgres of Cloud SQL, for whoever wants everything in one project. It does not sleep: an existing address
# (Neon's, say) costs nothing while nobody asks. Services reach it by a socket that Google's own connector holds open, so that
# there is no network to make and no address to allow.

locals {
  owner    = "downstream"
  database = "downstream"
}

resource "google_sql_database_instance" "this" {
  # checkov:skip=CKV_GCP_6:connections come through the connector only (connector_enforcement), which is TLS on both sides
  # checkov:skip=CKV_GCP_60:its address answers nobody but the connector; a private one would need a network and a connector to it
  # checkov:skip=CKV_GCP_79:Postgres 16 is what the store is tested with
  # checkov:skip=CKV_GCP_108:host names of a socket say nothing
  # checkov:skip=CKV2_GCP_13:durations come with statements, which hold code of the repositories
  # checkov:skip=CKV_GCP_109:its default (error) is enough
  # checkov:skip=CKV_GCP_110:there is one user, which is ours; pgAudit would log statements
  # checkov:skip=CKV_GCP_111:statements are not logged: they hold code of the repositories
  project             = var.project
  region              = var.region
  name                = var.name
  database_version    = "POSTGRES_16"
  deletion_protection = var.deletion_protection

  settings {
    tier                        = var.tier
    edition                     = "ENTERPRISE"
    availability_type           = "ZONAL" # what is in it can be made again from the repositories
    disk_type                   = "PD_SSD"
    disk_size                   = 10
    disk_autoresize             = true
    connector_enforcement       = "REQUIRED"
    deletion_protection_enabled = var.deletion_protection
    user_labels                 = var.labels

    # Who came, and who waited for whom. No statements: they hold code of the repositories.
    database_flags {
      name  = "log_checkpoints"
      value = "on"
    }
    database_flags {
      name  = "log_connections"
      value = "on"
    }
    database_flags {
      name  = "log_disconnections"
      value = "on"
    }
    database_flags {
      name  = "log_lock_waits"
      value = "on"
    }

    ip_configuration {
      ipv4_enabled = true # the connector's door; no network is allowed in
      ssl_mode     = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      backup_retention_settings {
        retained_backups = 7
      }
    }
  }
}

resource "google_sql_database" "this" {
  project  = var.project
  instance = google_sql_database_instance.this.name
  name     = local.database
}

resource "google_sql_user" "owner" {
  project             = var.project
  instance            = google_sql_database_instance.this.name
  name                = local.owner
  password_wo         = var.password
  password_wo_version = var.password_version
}
