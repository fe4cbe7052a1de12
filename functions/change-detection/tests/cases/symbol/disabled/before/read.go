package reader

func Read(a int) int {
	return a
}
