package a

import "github.com/acme/go.ids"

var x = ids.NewID().String()
