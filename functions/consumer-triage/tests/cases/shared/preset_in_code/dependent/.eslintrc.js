module.exports = {
  extends: ['@owner/eslint-config/strict'],
};
