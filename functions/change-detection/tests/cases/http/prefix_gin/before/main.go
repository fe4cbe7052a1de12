package main

import (
	"example.test/shop/internal/orders"

	"github.com/gin-gonic/gin"
)

func main() {
	r := gin.Default()
	api := r.Group("/api")
	orders.Register(api.Group("/orders"))
	r.Run()
}
