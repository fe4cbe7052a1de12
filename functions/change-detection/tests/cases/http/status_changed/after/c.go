package main

func main() {
	r := gin.Default()
	r.DELETE("/carts/:id", remove)
}

func remove(c *gin.Context) {
	c.JSON(http.StatusNoContent, nil)
}
