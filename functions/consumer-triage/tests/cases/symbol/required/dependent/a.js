const sweep = require('sweeper');
const x = requires('sweeper');
