package config

type Config struct {
	Port  int    `env:"SHOP_PORT" envDefault:"81"`
	Store string `env:"SHOP_STORE,required"`
}
