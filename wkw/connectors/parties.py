"""Says whom the cells of CRM activities name: by mail address, CRM id, number, or the full name of a known record."""

import re
from dataclasses import dataclass, field

from wkw.addresses import canonical
from wkw.connectors.recipients import tidy_name
from wkw.errors import AddressError
from wkw.model import folded

_ANGLE = re.compile(r"([^<>]*)<([^<>]*)>")
_TYPED = re.compile(r"[a-z_]{1,40}[:(]([^()]+)\)?", re.IGNORECASE)  # contact:<id>, contacts(<id>)
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Party:
    """One of those whom a cell names: what tells it from others, its URI or None where nobody knows, and its name."""

    said: str
    uri: str | None
    name: str = ""


@dataclass(slots=True)
class Known:
    """Those whom an export names itself: their URIs by CRM id and by name, their names by URI."""

    by_id: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, set[str]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)  # of each URI which person it is
    names: dict[str, str] = field(default_factory=dict)

    def add(self, crm_id: str, uri: str, name: str | None, person: str) -> None:
        """Make a record known: `uri` is what stands for it, `person` is the same for records of one person."""
        self.by_id[crm_id] = uri
        self.people.setdefault(uri, person)
        if name:
            self.names.setdefault(uri, name)
            self.by_name.setdefault(folded(name), set()).add(uri)

    def named(self, name: str) -> str | None:
        """Give the URI of the only person of a full name."""
        found = self.by_name.get(folded(name), set())
        return min(found) if len({self.people[uri] for uri in found}) == 1 else None


def crm_uri(system: str, told: str) -> str:
    """Give the URI of a CRM id, also of one that is written as a URI; AddressError where it is none."""
    return canonical(told if told.lower().startswith("crm:") else f"crm:{system}:{told}")


def parties(cell: str, separators: str, system: str, known: Known) -> list[Party]:
    """Give everybody whom a cell names."""
    pieces = (piece.strip() for piece in re.split(f"[{re.escape(separators)}]", cell))
    return [_party(piece, system, known) for piece in pieces if piece]


def _party(piece: str, system: str, known: Known) -> Party:
    said = piece[:_LONGEST]
    if angle := _ANGLE.fullmatch(said):
        name = tidy_name(angle[1])
        uri = _uri(angle[2].strip(), system, known) or (known.named(name) if name else None)
        return Party(uri or said, uri, name)
    uri = _uri(said, system, known) or known.named(tidy_name(said))
    return Party(uri or folded(said), uri, known.names.get(uri or "", ""))


def _uri(text: str, system: str, known: Known) -> str | None:
    """Give the URI of an address, a number or an id that is known; a full `crm:` id needs nobody to know it."""
    typed = _TYPED.fullmatch(text)
    for told in (text, typed[1]) if typed else (text,):
        try:
            crm_id = crm_uri(system, told)
        except AddressError:
            continue
        if crm_id in known.by_id:
            return known.by_id[crm_id]
    try:
        return canonical(text)
    except AddressError:
        return None
