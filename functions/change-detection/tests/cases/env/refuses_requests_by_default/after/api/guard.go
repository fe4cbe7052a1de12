package api

import "os"

func Guard(w http.ResponseWriter, r *http.Request) {
	origins := strings.Split(os.Getenv("SHOP_ORIGINS"), ",")
	if !slices.Contains(origins, r.Header.Get("Origin")) {
		http.Error(w, "no", http.StatusForbidden)
		return
	}
}
