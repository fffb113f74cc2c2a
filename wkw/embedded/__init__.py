"""The embedded Neo4j: a server of its own per data folder, from jars and Java alone, shared by all who need it."""

from wkw.embedded.attach import attached, down
from wkw.embedded.home import PRODUCT, SMALL, Endpoint, Tuning
from wkw.embedded.jars import Progress
from wkw.embedded.renewal import renewed

__all__ = ["PRODUCT", "SMALL", "Endpoint", "Progress", "Tuning", "attached", "down", "renewed"]
