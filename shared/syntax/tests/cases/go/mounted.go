package main

import (
	"example.test/shop/orders"

	"github.com/gin-gonic/gin"
)

func main() {
	r := gin.Default()
	api := r.Group("/api")
	orders.Register(api.Group("/orders"))
	registerUsers(api)
	r.Mount("/files", files.Routes())
	setup(config)
}

func registerUsers(g *gin.RouterGroup) {
	g.GET("/users", list)
}
