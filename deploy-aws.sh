#!/usr/bin/env bash
# Deploys Downstream to AWS: Lambda functions chained by SQS, S3, secrets in SSM, by Terraform. One command, which may be
# run again: it does only what is missing. docs/deploy.md tells more.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cloud=aws
# shellcheck source=infra/deploy/steps.sh
. "$root/infra/deploy/steps.sh"

usage() {
  cat <<'TEXT'
Deploys Downstream to AWS.

  ./deploy-aws.sh [options]

  --region NAME          where (AWS_REGION, else us-east-1)
  --name NAME            begins the name of everything that is made (downstream)
  --architecture NAME    arm64, a fifth cheaper, or x86_64 (arm64)
  --secrets FILE         NAME=VALUE lines, as in an .env; - reads standard input. Else from the environment
  --create-database      an Aurora that sleeps, in your network; else ORCHESTRATOR_DATABASE_URL
  --vpc ID               the network for it (VPC_ID)
  --subnets ID,ID        private subnets with a way out to GitHub, in two zones (SUBNET_IDS)
  --security-groups ID   what the functions belong to there (SECURITY_GROUP_IDS)
  --alarm-email ADDRESS  who hears of alarms and of the budget (ALARM_EMAIL)
  --budget USD           dollars a month that are worth a mail (MONTHLY_BUDGET_USD, 20)
  --yes                  do not ask
  --dry-run              print every command that would change something; needs no login
  --destroy              remove everything

Secrets: GITHUB_TOKEN (or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY), ORCHESTRATOR_DATABASE_URL; if you like WEBHOOK_URL,
ANTHROPIC_API_KEY, OPENAI_API_KEY. Once stored they need not be given again.
TEXT
}

architecture=arm64
vpc_id=${VPC_ID:-}
subnet_ids=${SUBNET_IDS:-}
security_group_ids=${SECURITY_GROUP_IDS:-}
account=

main() {
  options "$@"
  begin
  read_secrets
  region=${region:-${AWS_REGION:-${AWS_DEFAULT_REGION:-us-east-1}}}
  export AWS_REGION=$region AWS_DEFAULT_REGION=$region AWS_PAGER=
  again="./deploy-aws.sh --region $region --name $name"
  check
  if [ -n "$destroy" ]; then remove_all; else deploy; fi
}

options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage && exit ;;
      --architecture) need_value "$@" && architecture=$2 && words=2 ;;
      --vpc) need_value "$@" && vpc_id=$2 && words=2 ;;
      --subnets) need_value "$@" && subnet_ids=$2 && words=2 ;;
      --security-groups) need_value "$@" && security_group_ids=$2 && words=2 ;;
      *) common_option "$@" || usage_error "unknown option $1" ;;
    esac
    shift "$words"
  done
}

# --- what is there ----------------------------------------------------------------------------------------------------

check() {
  check_names
  [[ $region =~ ^[a-z]{2}(-[a-z]+)+-[0-9]$ ]] || problem "--region: \"$region\" is no region of AWS"
  case $architecture in arm64 | x86_64) ;; *) problem "--architecture: arm64 or x86_64, not \"$architecture\"" ;; esac
  need_tool aws "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
  check_terraform
  [ -n "$destroy" ] || need_tool cargo "https://rustup.rs"
  if [ -z "$dry_run" ] && have aws; then look; fi
  name_the_bucket
  [ -n "$destroy" ] || check_secrets
  check_database
  check_network
  tell_problems
}

# Only looks: who we are, which secrets there are, what Terraform made.
look() {
  account=$(ask aws sts get-caller-identity --query Account --output text)
  if ! [[ $account =~ ^[0-9]{12}$ ]]; then
    problem "a login for AWS in $region: aws sso login, or aws configure"
    return
  fi
  local path
  # Terraform writes the names of its own in capitals.
  for path in $(ask aws ssm get-parameters-by-path --path "/$name/" --query 'Parameters[].Name' --output text); do
    case ${path##*/} in *[!a-z-]*) ;; *) stored_secrets="$stored_secrets$(undashed "${path##*/}")"$'\n' ;; esac
  done
  name_the_bucket
  if have terraform && has_bucket; then read_state "${backend[@]}"; fi
}

name_the_bucket() {
  bucket="$name-state-${account:-<account>}-$region"
  backend=("-backend-config=bucket=$bucket" "-backend-config=key=downstream/terraform.tfstate" "-backend-config=region=$region")
}

has_bucket() { aws s3api head-bucket --bucket "$bucket" >/dev/null 2>&1; }

check_network() {
  [ -n "$create_database" ] || return 0
  [[ $vpc_id =~ ^vpc-[0-9a-f]+$ ]] || problem "--vpc (VPC_ID): the network that the database is made in, vpc-…"
  [[ $subnet_ids =~ ^subnet-[0-9a-f]+(,subnet-[0-9a-f]+)+$ ]] || problem "--subnets (SUBNET_IDS): two private subnets or more, subnet-…,subnet-…"
  [[ $security_group_ids =~ ^sg-[0-9a-f]+(,sg-[0-9a-f]+)*$ ]] || problem "--security-groups (SECURITY_GROUP_IDS): of the functions, sg-…"
}

# --- deploying --------------------------------------------------------------------------------------------------------

deploy() {
  tell_plan
  confirm "Deploy this? [y/N]" y
  title "Build"
  change packages in_root cargo xtask package --aws
  title "Deploy"
  make_bucket
  make_secrets
  [ -z "$create_database" ] || make_password
  store_secrets
  change "terraform" tf init -input=false -no-color -reconfigure "${backend[@]}"
  lend_password
  set_variables
  plan_and_apply "${variables[@]}" "-var=secrets_revision=$(revision)"
  finish
}

tell_plan() {
  title "Downstream on AWS${dry_run:+ (dry run: nothing is changed)}"
  row account "${account:-not looked at}"
  row region "$region"
  row name "$name"
  title Secrets
  secrets_in_words
  title "What will be there"
  row functions "one a step of the river, $architecture; they run when something happens"
  row queues "one a stage, and one for what never worked"
  row storage "an S3 bucket for snapshots, one for Terraform's state"
  row address "an HTTP API for webhooks and notifications"
  if [ -n "$create_database" ]; then
    row database "Aurora Serverless v2 in $vpc_id; sleeps after 5 minutes"
  else
    row database "yours, by ORCHESTRATOR_DATABASE_URL"
  fi
  row alarms "errors, latency, dead letters, oldest message${alarm_email:+, to $alarm_email}"
  title "What it costs a month"
  row idle "gigabytes stored, and the alarms${create_database:+, and the network that the database needs}"
  row "per push" "cargo run --release -- cost"
  [ -z "$alarm_email" ] || row mail "at 50, 90 and 100 % of $monthly_budget_usd USD to $alarm_email"
}

make_bucket() {
  if [ -z "$dry_run" ] && has_bucket; then
    there "state bucket"
  elif [ "$region" = us-east-1 ]; then
    # The one region that must not be named.
    change "state bucket" aws s3api create-bucket --bucket "$bucket"
  else
    change "state bucket" aws s3api create-bucket --bucket "$bucket" --create-bucket-configuration "LocationConstraint=$region"
  fi
  # Each time: a run that was stopped right after the line above is completed here.
  change "state bucket: versions" aws s3api put-bucket-versioning --bucket "$bucket" --versioning-configuration Status=Enabled
  change "state bucket: not public" aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
}

parameter_of() { echo "/$name/$(dashed "$1")"; }

# store NAME, its value in `given`.
store() {
  local parameter label value=$given
  parameter=$(parameter_of "$1")
  label="secret $(dashed "$1")"
  doing=$label
  if is_stored "$1" && [ "$(stored_value "$1")" = "$value" ]; then
    there "$label"
    return
  fi
  # By a file in a folder of ours alone: arguments are seen by everybody on this machine, and a pipe will not do, for some
  # versions of the CLI read it twice.
  local file=parameter.json
  if [ -z "$dry_run" ]; then
    file=$work/$file
    printf '{"Name":"%s","Value":%s,"Type":"SecureString","Overwrite":true}' "$parameter" "$(json_string "$value")" >"$file"
  fi
  change "$label" aws ssm put-parameter --cli-input-json "file://$file"
  rm -f "$work/parameter.json"
}

stored_value() {
  ask aws ssm get-parameter --name "$(parameter_of "$1")" --with-decryption --query Parameter.Value --output text
}

set_variables() {
  variables=("-var=name=$name" "-var=region=$region" "-var=architecture=$architecture" "-var=packages=$root/dist/lambda"
    "-var=secrets=$(secrets_to_be | json_list)" "-var=monthly_budget_usd=$monthly_budget_usd" "-var=alarm_email=$alarm_email")
  if [ -n "$create_database" ]; then
    variables+=("-var=create_database=true" "-var=vpc_id=$vpc_id" "-var=subnet_ids=$(tr , '\n' <<<"$subnet_ids" | json_list)"
      "-var=security_group_ids=$(tr , '\n' <<<"$security_group_ids" | json_list)")
  fi
}

# Functions read secrets when they start: with another number here they start again.
revision() {
  if [ -n "$dry_run" ]; then
    echo '<versions of the secrets>'
    return
  fi
  aws ssm get-parameters-by-path --path "/$name/" --query 'Parameters[].[Name,Version]' --output text | sort | cksum | cut -d ' ' -f 1
}

finish() {
  local url
  if [ -n "$dry_run" ]; then url='https://<address>'; else url=$(tf output -raw url); fi
  url=${url%/}
  wait_for "$url"
  tell_next "$url" "aws ssm get-parameter --region $region --name $(parameter_of GITHUB_WEBHOOK_SECRET) --with-decryption --query Parameter.Value --output text"
  ask_doctor "$url"
}

# --- removing ---------------------------------------------------------------------------------------------------------

remove_all() {
  title "Remove Downstream from AWS${dry_run:+ (dry run: nothing is changed)}"
  row account "${account:-not looked at}"
  row region "$region"
  row gone "functions, queues, snapshots, findings, secrets, Terraform's state"
  if made_a_database; then row "" "and the database with what is in it"; fi
  confirm "Type $name to remove all of it:" "$name"
  if [ -n "$dry_run" ] || has_bucket; then
    change "terraform" tf init -input=false -no-color -reconfigure "${backend[@]}"
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
  local each
  for each in $known_secrets DATABASE_PASSWORD; do
    if [ -n "$dry_run" ] || is_stored "$each"; then
      change "secret $(dashed "$each")" aws ssm delete-parameter --name "$(parameter_of "$each")"
    fi
  done
  if [ -n "$dry_run" ] || has_bucket; then
    change "state versions" empty_bucket
    change "state bucket" aws s3api delete-bucket --bucket "$bucket"
  fi
  printf '\n%s\n' "Nothing of it is left."
}

# Every version of every object: a bucket that keeps versions is not empty before.
empty_bucket() {
  local kind id key
  for kind in Versions DeleteMarkers; do
    aws s3api list-object-versions --bucket "$bucket" --query "${kind}[].[VersionId,Key]" --output text |
      while IFS=$'\t' read -r id key; do
        if [ "$id" != None ]; then aws s3api delete-object --bucket "$bucket" --key "$key" --version-id "$id"; fi
      done
  done
}

main "$@"
