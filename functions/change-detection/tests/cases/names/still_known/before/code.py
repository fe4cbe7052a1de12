NAMES = ["uptime_checks"]
