from flask import Blueprint

bp = Blueprint("orders", __name__, url_prefix="/b")


@bp.route("/open")
def open_orders():
    return []
