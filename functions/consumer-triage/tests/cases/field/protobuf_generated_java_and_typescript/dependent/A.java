package a;

import com.shop.grpc.OrderDeskGrpc;
import com.shop.grpc.OrderLine;

class A {
    long f(OrderLine line) {
        OrderLine.newBuilder().setUnitPriceCents(3L).build();
        return line.getUnitPriceCents();
    }
}
