package depot

type Depot interface {
	Get() int
}

type inner interface {
	Get() int
}
