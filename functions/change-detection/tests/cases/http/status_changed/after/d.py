from flask import Flask

app = Flask(__name__)


@app.route("/notes", methods=["POST"])
def note():
    return jsonify(a=1), 201
