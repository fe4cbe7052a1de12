

    @GetMapping("/health")
    @Deprecated
