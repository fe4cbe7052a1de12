import sweep from 'sweeper';
import { sweepSync } from 'sweeper';

sweep('x');
