import reader from 'reader';
reader.safeLoad(x);
