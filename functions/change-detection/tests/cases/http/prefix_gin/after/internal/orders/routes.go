package orders

import "github.com/gin-gonic/gin"

func Register(g *gin.RouterGroup) {
	g.GET("/open", open)
	g.POST("/open", create)
}
