package a

// provider-service
func Start() error {
	res, err := http.Post(base+"/jobs/start", "", nil)
	if res.StatusCode != http.StatusOK {
		return err
	}
}
