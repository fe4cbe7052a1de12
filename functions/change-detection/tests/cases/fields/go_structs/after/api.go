package api

type NewOrder struct {
	Total  int    `json:"total"`
	Region string `json:"region" binding:"required"`
}

type Order struct {
	ID   string `json:"id"`
	Mail string `json:"email"`
}

type cache struct {
	Other bool `json:"other"`
}

func Make(w http.ResponseWriter, r *http.Request) {
	var in NewOrder
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return
	}
	out := Order{ID: save(in)}
	json.NewEncoder(w).Encode(out)
}
