function sweep(path) {}
module.exports = sweep;
module.exports.sweep = sweep;
