# provider-service
import requests


def start():
    answer = requests.post(BASE + "/jobs/start")
    if answer.status_code not in (200, 202):
        raise RuntimeError()
