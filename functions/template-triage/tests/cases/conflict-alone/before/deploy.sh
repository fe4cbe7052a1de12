a_start
start_first one
start_second two
b_end
