module.exports = {
  create(context) {
    const sourceCode = context.sourceCode;
    return sourceCode.getScope ? sourceCode.getScope(node) : context.getScope();
  }
};
