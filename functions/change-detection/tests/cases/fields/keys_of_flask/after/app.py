from flask import Flask, jsonify, request

app = Flask(__name__)


@app.route("/orders", methods=["POST"])
def make():
    data = request.get_json()
    total = data["total"]
    region = request.args.get("region")
    return jsonify({"id": save(total, region), "status": "open", "eta": 3})


@app.route("/raw", methods=["POST"])
def raw():
    body = request.get_json()
    return {"ok": store(body)}
