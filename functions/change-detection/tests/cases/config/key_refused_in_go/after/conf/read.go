package conf

func Read() error {
	host := viper.GetString("relay.old_host")
	if viper.IsSet("relay.old_host") {
		return errors.New("relay.old_host is gone")
	}
	use(host)
	return nil
}
