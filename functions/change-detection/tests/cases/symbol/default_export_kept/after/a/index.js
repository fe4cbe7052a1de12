module.exports = require('./lib/run');
