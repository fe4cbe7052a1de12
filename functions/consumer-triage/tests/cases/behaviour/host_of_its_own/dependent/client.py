BASE = "http://llm:8000/v1"
