const { sweep } = require('sweeper');

sweep('x');
