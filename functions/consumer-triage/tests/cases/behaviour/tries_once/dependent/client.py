a = OpenAI(max_retries=0)
b = OpenAI(max_retries=4)
