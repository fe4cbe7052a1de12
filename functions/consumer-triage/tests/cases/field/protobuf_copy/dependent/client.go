package a

import pb "github.com/owner/provider-service/gen"

func f(orderShop *pb.OrderShop, line *pb.OrderLine) int32 {
	return line.UnitPrice + pb.GetRequest{}.Cancel(1)
}
