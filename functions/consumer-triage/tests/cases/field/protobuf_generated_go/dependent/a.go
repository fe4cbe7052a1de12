package a

import orderspb "example.com/owner/shop/gen/orders"

func f(line *orderspb.OrderLine, o *orderspb.Order) int64 {
	if o.Reason == orderspb.HoldReason_HOLD_REASON_NOT_PAID {
		return 0
	}
	if o.State == orderspb.Order_STATE_PARKED {
		return 1
	}
	c := orderspb.NewOrderDeskClient(nil)
	use(c, &orderspb.OrderLine{UnitPriceCents: 3})
	return line.GetUnitPriceCents()
}
