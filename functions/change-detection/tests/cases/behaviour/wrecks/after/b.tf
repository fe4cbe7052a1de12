{{{{
min_instance_count = 0