package cmd

type Backend struct {
	UseIt bool `long:"use-containers" description:"x"`
}
