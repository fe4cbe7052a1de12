vllm serve "
--model