package a

import "github.com/a/depot"

type mine struct {
	size int
}

func (m *mine) Get() int { return 1 }

var _ depot.Depot = (*mine)(nil)

type full struct {
	size int
}

func (f *full) Get() int { return 1 }
func (f *full) Put(value int) {}

var _ depot.Depot = &full{}
