info = metadata("{{cookiecutter.name}}")
project_name = info["Name"]
author = info["Author"]
