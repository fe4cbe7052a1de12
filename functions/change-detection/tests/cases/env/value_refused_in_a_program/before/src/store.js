switch (process.env.STORE_KIND) {
  case 'disk':
  case 'floppy':
    start();
    break;
  default:
    throw new Error('unknown store');
}
