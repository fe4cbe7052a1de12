

    @Get("/health")
