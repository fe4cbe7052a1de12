import os
A = os.getenv("TOKEN_LIMIT", "10")
