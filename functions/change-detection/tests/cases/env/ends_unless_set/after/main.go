package main

import "os"

func main() {
	key := os.Getenv("SHOP_SIGNING_KEY")
	if key == "" {
		log.Fatal("no key")
	}
	run()
}
