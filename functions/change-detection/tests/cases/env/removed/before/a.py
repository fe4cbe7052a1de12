import os
URL = os.getenv("BACKEND_URL")
