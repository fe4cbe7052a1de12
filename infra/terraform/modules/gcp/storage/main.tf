# Documents under keys that follow from their content: written once, never changed. Encrypted at rest, and reached by TLS
# only, as everything in Cloud Storage is through its API.

resource "google_storage_bucket" "this" {
  # checkov:skip=CKV_GCP_62:every object is written by one of our functions, whose logs say so; access logs cost more than they tell
  # checkov:skip=CKV_GCP_78:an object is never overwritten, for its key is its content's digest: there is no older version
  project                     = var.project
  name                        = var.name
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.force_destroy
  labels                      = var.labels

  # What is deleted is paid for so much longer, and can be made again from the repositories.
  soft_delete_policy {
    retention_duration_seconds = 0
  }

  dynamic "encryption" {
    for_each = var.kms_key_name[*]
    content {
      default_kms_key_name = encryption.value
    }
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 1
    }
  }

  dynamic "lifecycle_rule" {
    for_each = var.expire_after_days
    content {
      action {
        type = "Delete"
      }
      condition {
        age            = lifecycle_rule.value
        matches_prefix = [lifecycle_rule.key]
      }
    }
  }
}
