from fastapi import APIRouter

router = APIRouter(prefix="/orders")

@router.get("/open")
def open():
    return []


@router.get("/closed")
def closed():
    return []


@router.get("/late")
def late():
    return []


@router.get("/lost")
def lost():
    return []


@router.get("/paid")
def paid():
    return []

