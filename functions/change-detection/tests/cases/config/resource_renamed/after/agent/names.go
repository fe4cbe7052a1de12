package agent

const (
	daemonSet = "pool-agent"
	DoneTopic = "pool.finished"
	OpenQueue = "pool-waiting"
	title = "Pool"
)
