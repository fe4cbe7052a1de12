package b

// Wait waits.
func (c *Client) Wait(id string, options ...Option) error {
	return nil
}

type Option func()

func With() Option {
	return nil
}

func Other() int {
	return 1
}
