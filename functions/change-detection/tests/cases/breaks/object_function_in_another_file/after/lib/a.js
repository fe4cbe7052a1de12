const ruleContext = {
    getOther: () => 2
};
