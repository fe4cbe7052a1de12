import sweep from 'sweeper';
const s = await import('sweeper');
