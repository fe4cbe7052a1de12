import os
from flask import Blueprint, Flask, request

app = Flask(__name__)
bp = Blueprint("auth", __name__, url_prefix="/auth")


@app.route("/")
def index():
    return "hello"


@bp.route("/login", methods=("GET", "POST"))
def login():
    token = request.headers.get("X-Auth-Token")
    user = request.args["user_id"]
    return token


@bp.before_app_request
def load(): ...


@app.errorhandler(404)
def missing(error): ...


@app.put("/items/<int:item_id>")
def put_item(item_id): ...


app.add_url_rule("/legacy", view_func=index, methods=["HEAD"])
app.register_blueprint(bp)
app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY") or "dev"
