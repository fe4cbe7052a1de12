package config

type Project struct {
	Packs []pack `yaml:"packs,omitempty"`
	Common pack2 `yaml:"common"`
}

type pack struct {
	name string `yaml:"name"`
	swaps map[string]string `yaml:"swaps,omitempty" json:"swaps"`
	moved int `yaml:"moved"`
	shared `yaml:",inline"`
}

type pack2 struct {
	Size int `yaml:"size"`
}

type shared struct {
	mirror string `yaml:"mirror"`
}
