package c

import q "github.com/a/lib"

func f() string {
	return q.Quote(1)
}
