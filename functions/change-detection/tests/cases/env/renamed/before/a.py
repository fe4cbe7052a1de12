import os
URL = os.environ["BACKEND_URL"]
