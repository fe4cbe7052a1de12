package api

type NewOrder struct {
	Total  int    `json:"total"`
	Note   string `json:"note,omitempty"`
	Region string `json:"region"`
}

type Order struct {
	ID   string `json:"id"`
	Mail string `json:"mail"`
}

type cache struct {
	Size int `json:"size"`
}

func Make(w http.ResponseWriter, r *http.Request) {
	var in NewOrder
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return
	}
	out := Order{ID: save(in)}
	json.NewEncoder(w).Encode(out)
}
