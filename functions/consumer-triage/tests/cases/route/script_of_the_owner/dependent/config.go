package config

// Owner service.
func (c Config) url() string {
	return c.base() + "/stats.php?summary&jsonForceObject"
}
