import { OrderLines } from './orders';

const r = lines.getUnitPrice();
