const r = require('reader');
r.safeLoad(x);
r.load(x);
q.safeLoad(x);
