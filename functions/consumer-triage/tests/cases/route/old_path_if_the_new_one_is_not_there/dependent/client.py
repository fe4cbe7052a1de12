# provider-service
import requests


def meals(base):
    answer = requests.get(f"{base}/homes/meals")
    if answer.status_code == 404:
        answer = requests.get(f"{base}/groups/meals")
    return answer
