# Events of provider-service.
bus.subscribe("pool.done", on_done)
bus.subscribe("pool.done.too", on_done)
log("pool.done")
