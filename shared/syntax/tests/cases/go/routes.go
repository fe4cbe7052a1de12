package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

func routes(mux *http.ServeMux, r *gin.Engine, e *echo.Echo, m *mux.Router, app *fiber.App) {
	http.HandleFunc("/plain", plain)
	mux.HandleFunc("GET /items/{id}", getItem)
	mux.Handle("POST /items", http.HandlerFunc(create))

	r.GET("/ping", func(c *gin.Context) { c.JSON(200, nil) })
	v1 := r.Group("/v1")
	{
		v1.POST("/login", auth(), login)
		admin := v1.Group("/admin", guard)
		admin.DELETE("/users/:id", handlers.Remove)
	}
	r.Handle("PUT", "/raw", raw)

	e.GET("/users/:id", getUser)
	m.HandleFunc("/products/{key}", product).Methods("GET", "HEAD")
	m.HandleFunc("/articles", articles)
	app.Get("/fiber", func(c *fiber.Ctx) error { return nil })

	client.Get("/not/a/route")
	http.Get("http://example.com/x")
	cache.Get("/key", &value)
}

func chi(r chi.Router) {
	r.Get("/top", top)
	r.Route("/articles", func(r chi.Router) {
		r.Get("/", list)
		r.Route("/{id}", func(r chi.Router) {
			r.Put("/", update)
		})
	})
	r.Group(func(r chi.Router) {
		r.Post("/grouped", grouped)
	})
	r.Method("OPTIONS", "/opt", opt)
}
