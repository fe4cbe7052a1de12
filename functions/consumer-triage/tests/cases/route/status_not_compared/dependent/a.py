# provider-service
import requests


def start():
    answer = requests.post(BASE + "/jobs/start")
    answer.raise_for_status()


def other():
    answer = requests.get(BASE + "/jobs/list")
    assert answer.status_code == 200
