NAMES = ["other_storage"]
