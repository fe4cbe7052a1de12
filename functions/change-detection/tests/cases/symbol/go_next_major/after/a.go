package b

func Start() string {
	return ""
}
