package conf

func Read() error {
	host := viper.GetString("relay.old_host")
	use(host)
	return nil
}
