import { HoldReason, OrderDeskClient } from './generated/orders';

const r = HoldReason.HOLD_REASON_NOT_PAID;
const c = new OrderDeskClient('x');
