function run(source) {
    const ruleContext = freeze(
        {
            getScope: () => source.scope(),
            getFilename: () => source.name,
            settings
        }
    );
    return ruleContext;
}
