const ruleContext = {
    getScope: () => 1,
    getOther: () => 2
};
