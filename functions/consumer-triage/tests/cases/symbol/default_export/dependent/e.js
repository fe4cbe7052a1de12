require('sweeper')('x', done);
// require('sweeper')('y')
require('sweeper/bin')('x');
