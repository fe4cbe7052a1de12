import requests

requests.post("https://api.other.com/v1/run_things")
