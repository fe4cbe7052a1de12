#!/usr/bin/env python3
"""A small service.

Its docstring has two paragraphs.
"""
from __future__ import annotations

import asyncio
import os, sys as system
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import (
    Any,
    Optional as Maybe,
)
from . import models
from ..shared.config import *

import httpx
from os import environ, getenv

API_URL = os.environ["API_URL"]
TIMEOUT: float = float(os.getenv("HTTP_TIMEOUT", "30"))
_PRIVATE = os.environ.get("PRIVATE_KEY")
DEBUG = environ.get("DEBUG", default="0") == "1"
TOKEN = getenv("TOKEN")
MODEL_ID = "gpt-4o-mini"
has_cuda = "CUDA_HOME" in os.environ
__all__ = ["Client", "fetch"]


@dataclass(frozen=True)
class Options:
    """Options of a client."""

    retries: int = 3
    headers: dict[str, str] = field(default_factory=dict)


class Client(BaseClient, metaclass=Meta):
    BASE = "https://api.example.com/v1"

    def __init__(self, options: Options, *, token: Maybe[str] = None) -> None:
        self.options = options
        self.session = httpx.AsyncClient(base_url=API_URL, timeout=TIMEOUT)

    @property
    def ready(self) -> bool:
        return True

    @staticmethod
    @retry(times=3, on=(ValueError,))
    async def get_user(
        self,
        user_id: int,
        expand: bool = False,  # a comment inside of the signature
    ) -> dict[str, Any]:
        response = await self.session.get(
            f"/users/{user_id}/profile?expand={expand!r}",
            headers={"X-Api-Key": TOKEN, "Accept": "application/json"},
        )
        response.raise_for_status()
        return response.json()["display_name"]

    def _hidden(self):
        def inner(x):
            return x
        return inner


def fetch(url, *args, **kwargs):
    # requests.get("/not/a/call")
    region = os.environ.get(
        "AWS_REGION",
        "eu-central-1",
    )
    os.environ["WRITTEN_NOT_READ"] = "1"
    os.environ.setdefault("DEFAULTED", "yes")
    return requests.post("https://hooks.example.com/%s" % region, json={"a": 1}, timeout=5)


async def main(): await asyncio.gather(fetch("/a"), fetch("/b", 1, *system.argv, key=2))


if __name__ == "__main__":
    LATE = 1
    asyncio.run(main())
