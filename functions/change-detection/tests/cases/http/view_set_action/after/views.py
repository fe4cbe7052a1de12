class V(GenericViewSet):
    @action(
        detail=False,
        methods=["POST"],
        url_path="do-it-now",
    )
    def do_it(self, request):
        return Response()
