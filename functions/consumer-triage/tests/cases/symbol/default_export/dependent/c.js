const sweep = require('sweeper');

sweep.sync('x');
