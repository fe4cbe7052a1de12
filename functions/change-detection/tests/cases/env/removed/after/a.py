URL = "x"
