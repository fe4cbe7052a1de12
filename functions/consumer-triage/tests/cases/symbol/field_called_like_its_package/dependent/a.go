package a

import "github.com/a/entry"

type model struct {
	entry entry.Model
}

func (m model) Init() any { return entry.Blink }
