package agent

const otherQueue = "pool-open"
