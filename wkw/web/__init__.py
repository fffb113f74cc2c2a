"""The HTTP door: thin views over the use cases, one payload for every error."""

from wkw.web.app import create_app

__all__ = ["create_app"]
