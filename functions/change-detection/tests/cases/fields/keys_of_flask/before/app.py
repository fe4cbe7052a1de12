from flask import Flask, jsonify, request

app = Flask(__name__)


@app.route("/orders", methods=["POST"])
def make():
    data = request.get_json()
    total = data["total"]
    note = data.get("note", "")
    region = request.args.get("region")
    return jsonify({"id": save(total, note, region), "state": "open", "eta": 3})


@app.route("/raw", methods=["POST"])
def raw():
    body = request.get_json()
    return {"ok": store(body["a"], body["b"])}
