import os
D = os.getenv("MODEL_CACHE_DIR")
