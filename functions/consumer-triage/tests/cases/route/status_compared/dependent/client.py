# provider-service
import requests


def start():
    answer = requests.post(BASE + "/jobs/start")
    if answer.status_code != 200:
        raise RuntimeError()
