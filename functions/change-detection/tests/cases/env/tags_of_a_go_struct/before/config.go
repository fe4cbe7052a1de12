package config

type Config struct {
	Port  int    `env:"SHOP_PORT" envDefault:"80"`
	Old   string `env:"SHOP_OLD_NAME"`
}
