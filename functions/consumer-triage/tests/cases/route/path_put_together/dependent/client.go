package provider

import "net/http"

func read(id string) request {
	return request{
		endpoint: "/stores/" + id + "/settings",
		method:   http.MethodGet,
	}
}

func write(id string) request {
	return request{
		endpoint: "/stores/" + id + "/settings",
		method:   http.MethodPost,
	}
}
