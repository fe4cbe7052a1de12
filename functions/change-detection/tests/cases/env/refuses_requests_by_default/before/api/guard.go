package api

func Guard(w http.ResponseWriter, r *http.Request) {
}
