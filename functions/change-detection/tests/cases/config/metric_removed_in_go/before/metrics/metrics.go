package metrics

const space = "shop"

var Done = prometheus.NewCounterVec(prometheus.CounterOpts{
	Namespace: space,
	Name:      "jobs_done",
	Help:      "Done.",
}, []string{"kind"})
