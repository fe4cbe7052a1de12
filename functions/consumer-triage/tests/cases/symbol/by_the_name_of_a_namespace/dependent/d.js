import * as reader from 'readers';
reader.safeLoad(x);
