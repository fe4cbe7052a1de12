vllm serve
--model
