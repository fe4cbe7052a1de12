switch (process.env.STORE_KIND) {
  case 'disk':
    start();
    break;
  default:
    throw new Error('unknown store');
}
