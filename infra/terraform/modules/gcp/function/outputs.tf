output "name" {
  description = "Name of the service."
  value       = google_cloud_run_v2_service.this.name
}

output "service_account" {
  description = "E-mail address of its service account."
  value       = local.email
}

output "publishes" {
  description = "Topics that it may publish to."
  value       = toset([for member in google_pubsub_topic_iam_member.says : member.topic])
}

output "reads" {
  description = "Secrets that it may read."
  value       = toset([for member in google_secret_manager_secret_iam_member.reads : member.secret_id])
}

output "roles" {
  description = "Every role that it has, as `role on resource`."
  value = toset(concat(
    [for member in google_pubsub_topic_iam_member.says : "${member.role} on topic ${member.topic}"],
    [for member in google_secret_manager_secret_iam_member.reads : "${member.role} on secret ${member.secret_id}"],
    [for member in google_storage_bucket_iam_member.objects : "${member.role} on bucket ${member.bucket}"],
    [for member in google_project_iam_member.sql : "${member.role} on ${member.condition[0].title}"],
  ))
}

output "invokers" {
  description = "Who may call it."
  value = toset(concat(
    [for member in google_cloud_run_v2_service_iam_member.invokes : member.member],
    [for member in google_cloud_run_v2_service_iam_member.public : member.member],
  ))
}

output "environment" {
  description = "Its settings: values of those that are no secret, names of the others' secrets."
  value       = { for env in google_cloud_run_v2_service.this.template[0].containers[0].env : env.name => length(env.value_source) > 0 ? "secret ${env.value_source[0].secret_key_ref[0].secret}" : env.value }
}

output "limits" {
  description = "How it is bounded."
  value = {
    timeout       = google_cloud_run_v2_service.this.template[0].timeout
    concurrency   = google_cloud_run_v2_service.this.template[0].max_instance_request_concurrency
    max_instances = google_cloud_run_v2_service.this.template[0].scaling[0].max_instance_count
    ingress       = google_cloud_run_v2_service.this.ingress
  }
}
