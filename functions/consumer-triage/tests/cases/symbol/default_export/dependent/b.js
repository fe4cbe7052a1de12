const sweep = require('sweeper');
const { promisify } = require('util');

sweep('x', done);
sweep.sync('x');
const later = promisify(sweep);
other.sweep('x');
