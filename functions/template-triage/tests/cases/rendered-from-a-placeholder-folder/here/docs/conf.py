import sys
info = metadata("mine")
project_name = info["Name"]
author = info["Author"]
