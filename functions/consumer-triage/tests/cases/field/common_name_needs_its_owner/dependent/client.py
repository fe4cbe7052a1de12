"""Talks to provider-service."""
import requests


def rows(data):
    return [row["name"] for row in data]


def first(invoice):
    return invoice["name"], invoice["tax_code"]
