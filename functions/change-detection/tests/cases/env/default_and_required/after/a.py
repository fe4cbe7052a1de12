import os
A = os.getenv("TOKEN_LIMIT", "20")
B = os.environ["OTHER_LIMIT"]
C = os.environ["NEW_LIMIT"]
D = os.getenv("SOFT_LIMIT")
