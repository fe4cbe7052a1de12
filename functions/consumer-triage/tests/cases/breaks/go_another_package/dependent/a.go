package a

import "example.org/other/ids"

var x = ids.NewID()
