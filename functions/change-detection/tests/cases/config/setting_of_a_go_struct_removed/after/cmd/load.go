package cmd

func load() {
	for _, f := range []string{".provider.yml", "provider.yaml", "other.yml"} {
		read(f)
	}
}
