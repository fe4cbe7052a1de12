import sys
info = metadata("mine")
project = info["Name"]
author = info["Author"]
