import { sweep } from 'sweeper';
import sweeper from 'sweepers';

sweep('x');
sweeper('y');
