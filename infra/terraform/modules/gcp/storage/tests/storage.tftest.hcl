mock_provider "google" {}

variables {
  project           = "acme-downstream"
  region            = "europe-west1"
  name              = "downstream-acme-downstream"
  expire_after_days = { "envelope/" = 45, "snapshot/" = 400 }
}

run "closed" {
  command = plan

  assert {
    condition     = google_storage_bucket.this.public_access_prevention == "enforced" && google_storage_bucket.this.uniform_bucket_level_access
    error_message = "nothing in here is public"
  }
  assert {
    condition = { for rule in google_storage_bucket.this.lifecycle_rule : rule.condition[0].matches_prefix[0] => rule.condition[0].age if rule.action[0].type == "Delete" } == {
      "envelope/" = 45, "snapshot/" = 400
    }
    error_message = "objects expire by prefix, and only those that are named"
  }
  assert {
    condition     = !google_storage_bucket.this.force_destroy
    error_message = "a bucket with something in it stays"
  }
}

run "half_a_prefix_is_refused" {
  command = plan
  variables {
    expire_after_days = { "snap" = 1 }
  }
  expect_failures = [var.expire_after_days]
}
