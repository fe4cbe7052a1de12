a = chat(max_tokens=16384)
b = chat(max_tokens=512)
port = 16384
