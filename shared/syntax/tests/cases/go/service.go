// Package service does things.
package service

import (
	"context"
	"fmt"
	"os"

	log "github.com/sirupsen/logrus"
	_ "github.com/lib/pq"
	. "github.com/onsi/gomega"
)

import "net/http"

const (
	DefaultTimeout = 30
	hidden         = "x"
)

const Version = "1.2.3"

var ErrMissing, errOther = fmt.Errorf("missing"), fmt.Errorf("other")

type Store interface {
	Get(ctx context.Context, key string) ([]byte, error)
	fmt.Stringer
}

type Client struct {
	BaseURL string `json:"base_url" env:"BASE_URL"`
	http    *http.Client
}

type (
	ID    = string
	Level int
)

func New(opts ...Option) (*Client, error) {
	url := os.Getenv("API_URL")
	token, ok := os.LookupEnv("API_TOKEN")
	if !ok {
		return nil, ErrMissing
	}
	return &Client{BaseURL: url + token}, nil
}

func (c *Client) Fetch(ctx context.Context, id string) (_ *User, err error) {
	req, err := http.NewRequestWithContext(ctx, "GET", fmt.Sprintf("%s/users/%s", c.BaseURL, id), nil)
	req.Header.Set("X-Api-Key", `raw/string`)
	resp, err := c.http.Do(req)
	defer resp.Body.Close()
	go func() { c.log(ctx) }()
	_, err = http.Get("/not/a/route")
	return decode[User](resp)
}

func (c Client) private() {}

func Map[T, U any](in []T, f func(T) U) []U { return nil }
