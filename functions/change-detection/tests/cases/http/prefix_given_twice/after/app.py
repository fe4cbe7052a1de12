from flask import Flask

from orders import bp

app = Flask(__name__)
app.register_blueprint(bp, url_prefix="/c")
