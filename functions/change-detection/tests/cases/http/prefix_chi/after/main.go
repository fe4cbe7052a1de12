package main

import (
	"example.test/shop/orders"

	"github.com/go-chi/chi/v5"
)

func main() {
	r := chi.NewRouter()
	r.Route("/api", func(r chi.Router) {
		r.Mount("/shop", orders.Routes())
	})
}
