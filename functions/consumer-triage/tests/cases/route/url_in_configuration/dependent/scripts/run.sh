curl -X POST "${PROVIDER_URL}/v1/run_things"
