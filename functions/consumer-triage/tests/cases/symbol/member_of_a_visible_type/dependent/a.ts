import { Depot } from '@a/depot';

const x = new Depot();
x.close();
z.close();
