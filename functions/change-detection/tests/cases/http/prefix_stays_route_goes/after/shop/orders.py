from fastapi import APIRouter

router = APIRouter()


@router.get("/late")
def late():
    return []
