import os
A = 1
SEED = os.getenv("SHOP_SEED")
if not SEED:
    raise RuntimeError("no seed")
HINT = os.getenv("SHOP_HINT")
if not HINT:
    HINT = "none"
