#!/usr/bin/env bash
# Deploys.
set -euo pipefail

source ./lib/common.sh
. "${SCRIPT_DIR}/env.sh"

REGION="${REGION:-eu-central-1}"
IMAGE="gcr.io/$PROJECT_ID/service:latest"
readonly TIMEOUT=30
export LOG_LEVEL=info
export PATH_ONLY

: "${API_TOKEN:?API_TOKEN is required}"

deploy() {
  local name="$1" extra
  gcloud run deploy "$name" --image "$IMAGE" --region "$REGION" --port 8080 --min-instances=0
  curl -fsS -H "X-Api-Key: $API_TOKEN" "https://$SERVICE_HOST/health"
  for item in a b; do echo "$item"; done
  read -r answer
  echo "$answer $extra $? $# ${HOME} ${OPTIONAL-}"
}

function cleanup {
  rm -rf "$WORK_DIR"
}

trap cleanup EXIT
if [[ -z "${SKIP:-}" ]]; then
  deploy api "$@"
fi
cat <<EOF
url: https://$DOMAIN/path
EOF
