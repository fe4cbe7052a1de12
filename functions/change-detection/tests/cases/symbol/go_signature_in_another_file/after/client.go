package b

type Client struct{}
