import os

TRUSTED = os.environ.get("SHOP_TRUSTED_CALLERS", "").split(",")


async def guard(request):
    if TRUSTED and request.host not in TRUSTED:
        raise HTTPException(status_code=403)
