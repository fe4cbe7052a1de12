}}}
min_instance_count = 1
