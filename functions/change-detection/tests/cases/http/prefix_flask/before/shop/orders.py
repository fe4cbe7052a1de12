from flask import Blueprint

bp = Blueprint("orders", __name__)


@bp.route("/open")
def open_orders():
    return []
