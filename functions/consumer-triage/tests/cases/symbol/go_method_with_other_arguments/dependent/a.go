package a

import "github.com/o/p/flaps"

type waiter interface {
	Wait(ctx context.Context, id string, seconds int) error
}

func f(flapsClient *flaps.Client) {
	var wg sync.WaitGroup
	wg.Wait()
	flapsClient.Wait(ctx, "a", 3)
}
