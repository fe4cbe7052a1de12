package a

import "example.org/acme/ids"

func f() R {
	id, err := ids.NewID()
	x := ids.Must(ids.NewID())
	return R{
		ID: ids.NewID().String(),
	}
}
