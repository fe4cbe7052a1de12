package b

import "example.com/other/orders"

func f() {
	orders.GetUnitPriceCents()
	_ = orders.NewOrderDeskClient(nil)
}
