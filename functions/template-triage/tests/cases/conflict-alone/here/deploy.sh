x
start_first one
log here
start_second two
y
