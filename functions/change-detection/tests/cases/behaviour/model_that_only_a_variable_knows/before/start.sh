vllm serve $MODEL --max-model-len 8192
