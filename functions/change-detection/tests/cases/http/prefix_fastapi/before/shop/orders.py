from fastapi import APIRouter

router = APIRouter(prefix="/orders")


@router.get("/open")
def open_orders():
    return []


@router.post("/open")
def open_order():
    return {}
