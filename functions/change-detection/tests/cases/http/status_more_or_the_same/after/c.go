package main

func main() {
	r := gin.Default()
	r.DELETE("/carts/:id", remove)
}

func remove(c *gin.Context) {
	if c.Query("x") == "" {
		c.JSON(404, nil)
	}
	c.JSON(http.StatusOK, nil)
}
