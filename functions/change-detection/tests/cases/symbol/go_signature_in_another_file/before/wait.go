package b

func (c *Client) Wait(id string, state string, seconds int) error {
	return nil
}
