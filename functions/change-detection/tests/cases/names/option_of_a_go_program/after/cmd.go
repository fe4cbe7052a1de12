package cmd

type Backend struct {
}
