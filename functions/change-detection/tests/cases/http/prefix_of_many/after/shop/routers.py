from fastapi import APIRouter

from shop.orders import router as orders_router
from shop.core.config import settings

router = APIRouter()
router.include_router(orders_router, prefix=settings.API_PREFIX)
