import os
A = os.getenv("TOKEN_LIMIT", "10")
B = os.getenv("OTHER_LIMIT", "1")
