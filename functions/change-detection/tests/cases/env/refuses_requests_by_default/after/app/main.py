import os
from fastapi import Request, HTTPException

TRUSTED = os.environ.get("SHOP_TRUSTED_CALLERS", "").split(",")


async def guard(request: Request):
    if request.client.host not in TRUSTED:
        raise HTTPException(status_code=403)
