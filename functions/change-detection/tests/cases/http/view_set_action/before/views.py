class V(GenericViewSet):
    @action(
        detail=False,
        methods=["POST"],
        url_path="do_it_now",
    )
    def do_it(self, request):
        return Response()
