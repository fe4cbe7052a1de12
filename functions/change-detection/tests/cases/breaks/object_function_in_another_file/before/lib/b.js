const fileContext = {
    getScope: () => 1
};
