mock_provider "google" {}

variables {
  project  = "acme-downstream"
  region   = "europe-west1"
  name     = "downstream"
  password = "correct-horse-battery-staple"
}

run "reached_by_the_connector_only" {
  command = plan

  assert {
    condition     = google_sql_database_instance.this.settings[0].connector_enforcement == "REQUIRED" && length(google_sql_database_instance.this.settings[0].ip_configuration[0].authorized_networks) == 0
    error_message = "no network is allowed in"
  }
  assert {
    condition     = google_sql_database_instance.this.deletion_protection && google_sql_database_instance.this.settings[0].deletion_protection_enabled && google_sql_database_instance.this.settings[0].backup_configuration[0].enabled
    error_message = "protected, and backed up"
  }
  assert {
    condition     = nonsensitive(output.url) == "postgres://downstream:correct-horse-battery-staple@localhost/downstream?host=/cloudsql/acme-downstream:europe-west1:downstream"
    error_message = "an address that the store takes"
  }
}

run "a_password_that_breaks_the_address_is_refused" {
  command = plan
  variables {
    password = "p@ss word and more"
  }
  expect_failures = [var.password]
}
