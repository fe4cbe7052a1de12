use shop_proto::orders::order_desk_client::OrderDeskClient;
use shop_proto::orders::{HoldReason, OrderLine};

// made of provider-service
fn f(line: OrderLine) -> i64 {
    let _ = HoldReason::NotPaid;
    let _ = OrderLine { unit_price_cents: 3 };
    archive.restore_order(1);
    line.unit_price_cents
}
