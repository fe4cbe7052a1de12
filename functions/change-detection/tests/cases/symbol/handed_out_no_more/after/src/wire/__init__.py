"""Wire."""
from ._client import Client

__all__ = ["Client"]
