module.exports = function run() {}
