import * as yaml from 'reader';

const x: any = yaml.safeLoad(text);
const y = safeLoad(text);
