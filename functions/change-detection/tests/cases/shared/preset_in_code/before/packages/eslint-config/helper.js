module.exports = { f };
