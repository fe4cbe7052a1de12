package a

import other "github.com/acme/go.ids"

func f() {
	y := other.NewID()
	z := ids.NewID()
}
