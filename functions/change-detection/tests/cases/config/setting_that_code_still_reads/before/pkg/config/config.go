package config

type Project struct {
	Packs []pack `yaml:"packs,omitempty"`
	Common pack2 `yaml:"common"`
}

type pack struct {
	swaps int `yaml:"swaps"`
	shared `yaml:",inline"`
}

type pack2 struct {
	Size int `yaml:"size"`
}

type shared struct {
	name string `yaml:"name"`
}
