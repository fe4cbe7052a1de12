export { open } from './net';
