region = "europe-west1"
min_instances = 2
tags = { team = "a" }
