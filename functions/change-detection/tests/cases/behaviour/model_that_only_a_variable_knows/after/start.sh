vllm serve $OTHER_MODEL --max-model-len 8192
