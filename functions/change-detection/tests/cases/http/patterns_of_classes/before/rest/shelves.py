from web import Resource
from web.base import admin_patterns


class CloseShelf(Resource):
    PATTERNS = admin_patterns("/close_shelf/(?P<shelf_id>[^/]+)$")

    def __init__(self, server):
        self.server = server

    async def on_POST(self, request, shelf_id):
        return 200, {}


class Shelves(Resource):
    PATTERNS = [re.compile("^/api/shelves/(?P<shelf_id>[^/]*)$")]

    def on_GET(self, request, shelf_id):
        return 200, {}

    def on_DELETE(self, request, shelf_id):
        return 200, {}


class Kept(Resource):
    PATTERNS = admin_patterns("/kept$")

    def on_GET(self, request):
        return 200, {}
