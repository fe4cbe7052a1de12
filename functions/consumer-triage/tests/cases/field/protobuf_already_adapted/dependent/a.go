package a

import orderspb "example.com/owner/shop/gen/orders"

func f(line *orderspb.OrderLine, o *orderspb.Order) int64 {
	if o.Reason == orderspb.HoldReason_HOLD_REASON_UNPAID || o.State == orderspb.Order_STATE_ON_HOLD {
		return 0
	}
	return line.GetUnitPrice() + GetState(o)
}
