function sweep() {}
module.exports = sweep;
