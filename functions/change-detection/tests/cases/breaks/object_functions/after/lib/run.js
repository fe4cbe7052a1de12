function run(source) {
    const ruleContext = freeze(
        {
            getFilename: () => source.name,
            settings
        }
    );
    return ruleContext;
}
