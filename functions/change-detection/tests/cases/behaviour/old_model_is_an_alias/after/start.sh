vllm serve org/large-70b --served-model-name org/large-70b org/small-7b --port 8000
