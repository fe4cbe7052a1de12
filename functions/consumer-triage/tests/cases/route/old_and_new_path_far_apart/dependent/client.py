# provider-service
import requests


def old(base):
    return requests.get(f"{base}/groups/meals")


def unrelated():
    return 1


def unrelated():
    return 1


def unrelated():
    return 1


def unrelated():
    return 1


def unrelated():
    return 1


def unrelated():
    return 1


def unrelated():
    return 1


def unrelated():
    return 1


def new(base):
    return requests.get(f"{base}/homes/meals")
