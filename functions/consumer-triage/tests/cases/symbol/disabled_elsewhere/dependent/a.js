import * as other from 'other-reader';
other.safeLoad(x);
const r = require('reader');
r.load(x);
// r.safeLoad(x)
safeLoad(x);
