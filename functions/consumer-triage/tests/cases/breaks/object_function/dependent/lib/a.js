module.exports = {
  create(context) {
    return context.getScope().variables;
  }
};
