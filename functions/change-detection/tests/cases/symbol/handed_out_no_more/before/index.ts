export { open, close } from './net';
import { inner } from './net';
