package agent

const (
	daemonSet = "pool"
	DoneTopic = "pool.done"
	OpenQueue = "pool-open"
	title = "pool"
)
