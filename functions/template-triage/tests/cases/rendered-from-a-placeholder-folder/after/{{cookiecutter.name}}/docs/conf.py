info = metadata("{{cookiecutter.name}}")
project = info["Name"]
author = info["Author"]
