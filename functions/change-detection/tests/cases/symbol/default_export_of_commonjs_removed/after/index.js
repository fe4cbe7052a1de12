class Sweeper {}

module.exports = { Sweeper };
