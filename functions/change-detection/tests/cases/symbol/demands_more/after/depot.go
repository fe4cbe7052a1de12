package depot

type Depot interface {
	Get() int
	Put(value int)
}

type inner interface {
	Get() int
	Put(value int)
}
