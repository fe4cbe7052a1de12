module.exports = {
  rules: { 'no-var': 'error' },
};
