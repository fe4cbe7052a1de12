"""Only for one platform."""

NAME = "engine"
