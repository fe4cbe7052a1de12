BASE = "http://llm:8000/v1"
OTHER = "http://llm-x:8000"
