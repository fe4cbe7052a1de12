#!/usr/bin/env bash
# Deploys Downstream to Google Cloud: Cloud Run services chained by Pub/Sub, Cloud Storage, secrets in Secret Manager, by
# Terraform. One command, which may be run again: it does only what is missing. docs/deploy.md tells more.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cloud=gcp
# shellcheck source=infra/deploy/steps.sh
. "$root/infra/deploy/steps.sh"

usage() {
  cat <<'TEXT'
Deploys Downstream to Google Cloud.

  ./deploy-gcp.sh [options]

  --project ID           the project (GCP_PROJECT_ID)
  --region NAME          where (GCP_REGION, else us-central1)
  --name NAME            begins the name of everything that is made (downstream)
  --secrets FILE         NAME=VALUE lines, as in an .env; - reads standard input. Else from the environment
  --create-database      a Cloud SQL for Postgres; else ORCHESTRATOR_DATABASE_URL
  --cloud-build          build the image there, not here
  --image IMAGE          deploy this image (with its digest) and build none
  --alarm-email ADDRESS  who hears of alarms (ALARM_EMAIL)
  --budget USD           dollars a month that are worth a mail (MONTHLY_BUDGET_USD, 20)
  --billing-account ID   where that budget is made; without it there is none (GCP_BILLING_ACCOUNT)
  --yes                  do not ask
  --dry-run              print every command that would change something; needs no login
  --destroy              remove everything

Secrets: GITHUB_TOKEN (or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY), ORCHESTRATOR_DATABASE_URL; if you like WEBHOOK_URL,
ANTHROPIC_API_KEY, OPENAI_API_KEY. Once stored they need not be given again.
TEXT
}

project=
image=
cloud_build=
billing_account=${GCP_BILLING_ACCOUNT:-}
account=
apis='artifactregistry cloudbuild cloudresourcemanager cloudscheduler iam iamcredentials logging monitoring pubsub run
  secretmanager sqladmin storage'
enabled_apis=

main() {
  options "$@"
  begin
  read_secrets
  project=${project:-${GCP_PROJECT_ID:-}}
  region=${region:-${GCP_REGION:-us-central1}}
  again="./deploy-gcp.sh --project ${project:-<project>} --region $region --name $name"
  # Without this gcloud asks on the terminal, or hangs where there is none.
  export CLOUDSDK_CORE_DISABLE_PROMPTS=1
  check
  if [ -n "$destroy" ]; then remove_all; else deploy; fi
}

options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage && exit ;;
      --project) need_value "$@" && project=$2 && words=2 ;;
      --billing-account) need_value "$@" && billing_account=$2 && words=2 ;;
      --image) need_value "$@" && image=$2 && words=2 ;;
      --cloud-build) cloud_build=1 && words=1 ;;
      *) common_option "$@" || usage_error "unknown option $1" ;;
    esac
    shift "$words"
  done
}

# --- what is there ----------------------------------------------------------------------------------------------------

check() {
  check_names
  [ -n "$project" ] || problem "GCP_PROJECT_ID: the project, in the environment, by --project or in the file of --secrets"
  [[ ${project:-a-project} =~ ^[a-z][a-z0-9:.-]{4,61}[a-z0-9]$ ]] || problem "--project: \"$project\" is no project's id"
  [[ $region =~ ^[a-z]+-[a-z]+[0-9]+$ ]] || problem "--region: \"$region\" is no region of Google Cloud"
  [ -z "$image" ] || [[ $image =~ @sha256:[0-9a-f]{64}$ ]] || problem "--image: with its digest, …@sha256:…"
  need_tool gcloud "https://cloud.google.com/sdk/docs/install"
  check_terraform
  if [ -z "$image$cloud_build$destroy" ]; then need_tool cargo "https://rustup.rs, or --cloud-build"; fi
  # One that pushes a folder; where there is none, Cloud Build is lent the folder.
  for pusher in crane skopeo gcloud; do if have $pusher; then break; fi; done
  if [ -z "$dry_run" ] && [ -n "$project" ] && have gcloud; then look; fi
  name_things
  [ -n "$destroy" ] || check_secrets
  check_database
  tell_problems
}

# Only looks: who we are, whether somebody pays, which secrets there are, what Terraform made.
look() {
  account=$(ask gcloud auth list --filter=status:ACTIVE '--format=value(account)')
  if [ -z "$account" ]; then
    problem "a login for Google Cloud: gcloud auth login"
    return
  fi
  if [ "$(ask gcloud projects describe "$project" '--format=value(projectId)')" != "$project" ]; then
    problem "the project $project: $account does not see it (gcloud projects list)"
    return
  fi
  case $(ask gcloud billing projects describe "$project" '--format=value(billingEnabled)') in
    True | true) ;;
    False | false) problem "billing for $project: https://console.cloud.google.com/billing/linkedaccount?project=$project" ;;
    *) note billing "$account may not see whether $project is paid for" ;;
  esac
  enabled_apis=$(ask gcloud services list --enabled "--project=$project" '--format=value(config.name)')
  if is_enabled run && ! ask gcloud run regions list "--project=$project" '--format=value(locationId)' | grep -qx "$region"; then
    problem "--region: Cloud Run is not in \"$region\" (gcloud run regions list)"
  fi
  if is_enabled secretmanager; then
    local each
    for each in $(ask gcloud secrets list "--project=$project" "--filter=labels.application=$name AND labels.made-by=deploy-gcp" '--format=value(name)'); do
      each=${each##*/}
      stored_secrets="$stored_secrets$(undashed "${each#"$name-"}")"$'\n'
    done
  fi
  name_things
  if have terraform && has_bucket; then lend_login && read_state "${backend[@]}"; fi
}

name_things() {
  bucket="${project:-<project>}-$name-state"
  bucket=${bucket//[:.]/-}
  backend=("-backend-config=bucket=$bucket" "-backend-config=prefix=terraform")
  registry="$region-docker.pkg.dev"
  repository="$registry/${project:-<project>}/$name/$name"
}

is_enabled() { grep -qx "$1.googleapis.com" <<<"$enabled_apis"; }

has_bucket() { gcloud storage buckets describe "gs://$bucket" "--project=$project" >/dev/null 2>&1; }

# Terraform works as whoever is logged in to gcloud; a second login of its own is not needed.
lend_login() {
  GOOGLE_OAUTH_ACCESS_TOKEN=$(gcloud auth print-access-token)
  export GOOGLE_OAUTH_ACCESS_TOKEN
}

# --- deploying --------------------------------------------------------------------------------------------------------

deploy() {
  tell_plan
  confirm "Deploy this? [y/N]" y
  title "Build"
  if [ -n "$image" ]; then
    there "image"
  elif [ -z "$cloud_build" ]; then
    change packages in_root cargo xtask package --gcp
    digest_of_layout
  fi
  title "Deploy"
  enable_apis
  make_bucket
  make_registry
  make_secrets
  [ -z "$create_database" ] || make_password
  store_secrets
  if [ -z "$image" ]; then push_image; fi
  [ -n "$dry_run" ] || lend_login
  change "terraform" tf init -input=false -no-color -reconfigure "${backend[@]}"
  lend_password
  set_variables
  plan_and_apply "${variables[@]}" "-var=secrets_revision=$(revision)"
  finish
}

tell_plan() {
  title "Downstream on Google Cloud${dry_run:+ (dry run: nothing is changed)}"
  row project "${project:-not given}"
  row account "${account:-not looked at}"
  row region "$region"
  row name "$name"
  title Secrets
  secrets_in_words
  title "What will be there"
  row services "one a step of the river on Cloud Run; they run when something happens"
  row topics "one a stage, and one for what never worked"
  row storage "a bucket for snapshots, one for Terraform's state, a registry for the image"
  row address "the service that takes webhooks and notifications"
  if [ -n "$create_database" ]; then
    row database "Cloud SQL for Postgres"
  else
    row database "yours, by ORCHESTRATOR_DATABASE_URL"
  fi
  row alarms "errors, latency, dead letters, oldest message${alarm_email:+, to $alarm_email}"
  title "What it costs a month"
  row idle "gigabytes stored, and the alarms${create_database:+; and the database, which runs all the time}"
  row "per push" "cargo run --release -- cost"
  [ -z "$billing_account" ] || row mail "at 50, 90 and 100 % of $monthly_budget_usd USD"
}

enable_apis() {
  local each missing=()
  for each in $apis; do
    if ! is_enabled "$each"; then missing+=("$each.googleapis.com"); fi
  done
  if [ ${#missing[@]} -eq 0 ]; then
    there "APIs"
  else
    change "APIs" gcloud services enable "${missing[@]}" "--project=$project"
  fi
}

make_bucket() {
  if [ -z "$dry_run" ] && has_bucket; then
    there "state bucket"
  else
    change "state bucket" gcloud storage buckets create "gs://$bucket" "--project=$project" "--location=$region" \
      --uniform-bucket-level-access --public-access-prevention
  fi
  # Each time: a run that was stopped right after the line above is completed here.
  change "state bucket: versions" gcloud storage buckets update "gs://$bucket" --versioning
}

make_registry() {
  if [ -n "$image" ]; then return; fi
  if [ -z "$dry_run" ] && has_registry; then
    there "registry"
  else
    change "registry" gcloud artifacts repositories create "$name" "--project=$project" "--location=$region" \
      --repository-format=docker "--labels=application=$name"
  fi
}

has_registry() {
  gcloud artifacts repositories describe "$name" "--project=$project" "--location=$region" >/dev/null 2>&1
}

# store NAME, its value in `given`.
store() {
  local secret value=$given
  secret="$name-$(dashed "$1")"
  doing="secret $(dashed "$1")"
  if is_stored "$1"; then
    if [ "$(stored_value "$1")" = "$value" ]; then
      there "$doing"
      return
    fi
  else
    change "$doing" gcloud secrets create "$secret" "--project=$project" --replication-policy=automatic \
      "--labels=application=$name,made-by=deploy-gcp"
  fi
  # By standard input: arguments are seen by everybody on this machine.
  printf '%s' "$value" | change_by_pipe "$doing: value" gcloud secrets versions add "$secret" "--project=$project" --data-file=-
}

stored_value() {
  ask gcloud secrets versions access latest "--secret=$name-$(dashed "$1")" "--project=$project"
}

# The image that was built here is known by its content; one that Cloud Build makes, once it is there.
digest_of_layout() {
  digest='sha256:<digest>'
  if [ -n "$dry_run" ]; then return; fi
  digest=$(grep -o '"digest" *: *"sha256:[0-9a-f]\{64\}"' "$root/dist/image/index.json" | grep -o 'sha256:[0-9a-f]*')
  [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || refuse "dist/image/index.json names not exactly one image"
}

push_image() {
  local tag
  tag=$(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null || echo latest)
  if [ -n "$cloud_build" ]; then
    change "image" gcloud builds submit "$root" "--project=$project" \
      "--config=$root/infra/deploy/gcp/cloudbuild.yaml" "--substitutions=_IMAGE=$repository:$tag"
    digest='sha256:<digest>'
    [ -n "$dry_run" ] || digest=$(gcloud artifacts docker images describe "$repository:$tag" "--project=$project" '--format=value(image_summary.digest)')
  elif [ -z "$dry_run" ] && gcloud artifacts docker images describe "$repository@$digest" "--project=$project" >/dev/null 2>&1; then
    there "image"
  else
    push_layout "$tag"
  fi
  image="$repository@$digest"
}

# push_layout TAG. The login of the registry is written into the folder that goes at the end.
push_layout() {
  local layout="$root/dist/image"
  case $pusher in
    crane)
      export DOCKER_CONFIG="$work"
      access_token | change_by_pipe "registry login" crane auth login "$registry" --username oauth2accesstoken --password-stdin
      change "image" crane push "$layout" "$repository:$1"
      ;;
    skopeo)
      access_token | change_by_pipe "registry login" skopeo login "--authfile=$work/auth.json" --username oauth2accesstoken --password-stdin "$registry"
      change "image" skopeo copy "--authfile=$work/auth.json" --preserve-digests "oci:$layout" "docker://$repository:$1"
      ;;
    *)
      change "image" gcloud builds submit "$layout" "--project=$project" \
        "--config=$root/infra/deploy/gcp/push.yaml" "--substitutions=_IMAGE=$repository:$1"
      ;;
  esac
}

access_token() { [ -n "$dry_run" ] || gcloud auth print-access-token; }

set_variables() {
  variables=("-var=project=$project" "-var=region=$region" "-var=name=$name" "-var=image=$image"
    "-var=secrets=$(secrets_to_be | json_list)" "-var=monthly_budget_usd=$monthly_budget_usd" "-var=alarm_email=$alarm_email"
    "-var=billing_account=$billing_account")
  if [ -n "$create_database" ]; then variables+=("-var=create_database=true"); fi
}

# Services read secrets when they start: with another number here they start again.
revision() {
  if [ -n "$dry_run" ]; then
    echo '<versions of the secrets>'
    return
  fi
  local each
  for each in $(secrets_to_be); do
    gcloud secrets versions describe latest "--secret=$name-$(dashed "$each")" "--project=$project" '--format=value(name)'
  done | cksum | cut -d ' ' -f 1
}

finish() {
  local url
  if [ -n "$dry_run" ]; then url='https://<address>'; else url=$(tf output -raw url); fi
  url=${url%/}
  wait_for "$url"
  tell_next "$url" "gcloud secrets versions access latest --project=$project --secret=$name-github-webhook-secret"
  ask_doctor "$url"
}

# --- removing ---------------------------------------------------------------------------------------------------------

remove_all() {
  title "Remove Downstream from Google Cloud${dry_run:+ (dry run: nothing is changed)}"
  row project "${project:-not given}"
  row gone "services, topics, snapshots, findings, secrets, the image, Terraform's state"
  row kept "the project, and which APIs are on"
  if made_a_database; then row "" "gone, too: the database with what is in it"; fi
  confirm "Type $name to remove all of it:" "$name"
  if [ -n "$dry_run" ] || has_bucket; then
    [ -n "$dry_run" ] || lend_login
    change "terraform" tf init -input=false -no-color -reconfigure "${backend[@]}"
    # Which image does not matter any more.
    image="$repository@sha256:$(printf '0%.0s' {1..64})"
    lend_password
    set_variables
    if made_a_database; then
      # It refuses to go until it is told that it may.
      change_shown "unprotect" "$progress" tf apply -input=false -no-color -auto-approve -lock-timeout=5m "${variables[@]}" \
        -var=protected=false -target=module.downstream.module.database
    fi
    change_shown "destroy" "$progress" tf destroy -input=false -no-color -auto-approve -lock-timeout=5m "${variables[@]}" -var=protected=false
  else
    there "nothing deployed"
  fi
  if [ -n "$dry_run" ] || has_registry; then
    change "registry" gcloud artifacts repositories delete "$name" "--project=$project" "--location=$region" --quiet
  fi
  local each
  for each in $known_secrets DATABASE_PASSWORD; do
    if [ -n "$dry_run" ] || is_stored "$each"; then
      change "secret $(dashed "$each")" gcloud secrets delete "$name-$(dashed "$each")" "--project=$project" --quiet
    fi
  done
  if [ -n "$dry_run" ] || has_bucket; then
    change "state bucket" gcloud storage rm --recursive --all-versions "gs://$bucket"
  fi
  printf '\n%s\n' "Nothing of it is left."
}

main "$@"
