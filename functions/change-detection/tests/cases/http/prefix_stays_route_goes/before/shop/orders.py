from fastapi import APIRouter

router = APIRouter()


@router.get("/open")
def open_orders():
    return []


@router.get("/late")
def late():
    return []
