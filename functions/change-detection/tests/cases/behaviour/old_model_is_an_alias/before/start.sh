vllm serve org/small-7b --port 8000
