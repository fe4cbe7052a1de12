from web import Resource
from web.base import admin_patterns


class Kept(Resource):
    PATTERNS = admin_patterns("/kept$")

    def on_GET(self, request):
        return 200, {}
