import os
U = os.getenv("BACKEND_URL")
