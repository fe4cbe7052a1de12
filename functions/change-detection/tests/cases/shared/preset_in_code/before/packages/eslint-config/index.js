module.exports = {
  rules: {},
};
