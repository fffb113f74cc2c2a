"""Makes listings of the contacts and leads of a CRM: one of each person, however many records claim their addresses."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TypeAlias

from wkw.addresses import canonical
from wkw.connectors.exclusions import Reason, address_reason
from wkw.connectors.mapping import Mapping
from wkw.connectors.parties import Known, crm_uri
from wkw.connectors.recipients import tidy_name
from wkw.connectors.rows import Unusable, text
from wkw.connectors.times import instant
from wkw.errors import AddressError, FileError
from wkw.model import Listing

TWICE = "One of the {} and one of the {} have the same id."

Cells: TypeAlias = dict[str, tuple[str, ...]]  # by field what its columns hold, in the order of the mapping
Owns: TypeAlias = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Record:
    """One row about a person; `rank` is greatest for the record that says most reliably what is so."""

    crm_id: str
    source: str
    lead: bool
    contact: bool
    modified: int
    name: str | None
    company: str | None
    title: str | None
    mails: tuple[str, ...]
    phones: tuple[str, ...]

    @property
    def rank(self) -> tuple[object, ...]:
        """A contact is better known than a lead, the newer than the older; the rest makes the order total."""
        told = (self.name or "", self.company or "", self.title or "", self.mails, self.phones)
        return self.contact, self.modified, self.lead, *told, self.crm_id


@dataclass(slots=True)
class Roll:
    """Whom the record files name: listings, what became of each row, which of their addresses were left out, and why.

    `submitted` = listings + `joined` + excluded + quarantined; `covered` says why rules make records nobody's.
    """

    submitted: int = 0
    joined: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    listings: list[Listing] = field(default_factory=list)
    known: Known = field(default_factory=Known)
    covered: dict[str, str] = field(default_factory=dict)


def roll(
    rows: Iterable[tuple[Mapping, str, Cells | None]], owns: Owns, zone: tzinfo, reason: Reason = address_reason
) -> Roll:
    """Give what the rows of users, contacts and leads become, by mapping and kind; `owns` tells own addresses.

    FileError where records of two kinds have one id: nobody could tell whom an activity means.
    """
    made = Roll()
    kinds: dict[str, str] = {}
    found: dict[str, Record] = {}
    for mapping, kind, cells in rows:
        made.submitted += 1
        try:
            crm_id = _crm_id(mapping, cells)
            if kinds.setdefault(crm_id, kind) != kind:
                raise FileError(TWICE.format(kinds[crm_id], kind), remedy="Write a letter for the kind before each id.")
            if kind == "users":
                _know_user(made, crm_id, cells or {}, reason)
            else:
                record = _record(made, mapping, kind, crm_id, cells or {}, zone, reason)
                made.joined += crm_id in found  # another copy of the same record: the newer one counts
                found[crm_id] = max(found.get(crm_id, record), record, key=lambda one: one.rank)
        except Unusable as error:
            made.quarantined[error.code] += 1
    others = [found[crm_id] for crm_id in sorted(found) if not _is_own(made, found[crm_id], owns)]
    _list(made, [record for record in others if not _is_covered(made, record, reason)])
    return made


def _know_user(made: Roll, crm_id: str, cells: Cells, reason: Reason) -> None:
    """Make a colleague's name and id known; users are no targets, so nothing of them is stored."""
    uri = _mail(first(cells, "emails"), reason)
    made.known.add(crm_id, uri, _name(cells), uri)
    made.excluded["user"] += 1


def _is_own(made: Roll, record: Record, owns: Owns) -> bool:
    """Say whether a record is a colleague's: it is known by their address then, and no target."""
    own = next(filter(owns, record.mails), None)
    if own:
        made.excluded["own_domain"] += 1
        made.known.add(record.crm_id, own, record.name, own)
    return bool(own)


def _is_covered(made: Roll, record: Record, reason: Reason) -> bool:
    """Say whether a rule makes one of a record's addresses nobody's: then so is the record."""
    why = next((why for uri in record.mails if (why := reason(uri))), None)
    if why:
        made.excluded[why] += 1
        made.covered[record.crm_id] = why
    return bool(why)


def _record(made: Roll, mapping: Mapping, kind: str, crm_id: str, cells: Cells, zone: tzinfo, reason: Reason) -> Record:
    return Record(
        crm_id=crm_id,
        source=mapping.source,
        lead=kind == "leads" and _is_open(mapping, cells),
        contact=kind == "contacts",
        modified=modified(cells, mapping, mapping.zone or zone),
        name=_name(cells),
        company=_text(cells, "company"),
        title=_text(cells, "title"),
        mails=tuple(_addresses(made, cells.get("emails", ()), lambda cell: _mail(cell, reason))),
        phones=tuple(_addresses(made, cells.get("phones", ()), phone)),
    )


def first(cells: Cells, name: str) -> str:
    """Give the first thing that the columns of a field hold, or nothing."""
    return cells.get(name, ("",))[0]


def _text(cells: Cells, name: str) -> str | None:
    return text({name: first(cells, name)}, name)


def _name(cells: Cells) -> str | None:
    parts = (_text(cells, "first_name") or "", _text(cells, "last_name") or "")
    return tidy_name(_text(cells, "name") or " ".join(filter(None, parts))) or None


def _crm_id(mapping: Mapping, cells: Cells | None) -> str:
    if cells is None:
        raise Unusable("bad_row", "not one cell a column")
    try:
        return crm_uri(mapping.system, first(cells, "id"))
    except AddressError as error:
        raise Unusable("bad_id", f"id: {error.message}") from error


def _is_open(mapping: Mapping, cells: Cells) -> bool:
    word = first(cells, "status")
    meaning = mapping.meaning("lead_status", word) if word else "open"
    if meaning is None:
        raise Unusable("bad_status", "status must be a word of the mapping")
    return meaning == "open"


def modified(cells: Cells, mapping: Mapping, zone: tzinfo) -> int:
    """Give when a row was changed last, in epoch seconds; 0 where it does not tell, Unusable where that is no time."""
    told = first(cells, "modified")
    at = instant(told, mapping.dates, zone) if told else 0
    if at is None or at < 0:
        raise Unusable("bad_modified", "modified must be a time")
    return at // 1000


def _addresses(made: Roll, cells: Iterable[str], read: Callable[[str], str]) -> Iterator[str]:
    """Give each address once; those that are nobody's or cannot be read are counted and left out."""
    seen = set()
    for cell in cells:
        try:
            uri = read(cell)
        except Unusable as reason:
            made.left_out[reason.code] += 1
            continue
        if uri not in seen:
            seen.add(uri)
            yield uri


def _mail(cell: str, reason: Reason) -> str:
    try:
        uri = canonical(f"mailto:{cell}")
    except AddressError as error:
        raise Unusable("no_mail_address", error.message) from error
    if (why := address_reason(uri)) and reason(uri):
        raise Unusable(f"{why}_address", "it is no single person's")
    return uri


def phone(cell: str) -> str:
    """Give the URI of a telephone number; Unusable where it has no country code."""
    if not cell.lstrip("( ").startswith(("+", "00", "tel:+")):
        raise Unusable("no_country_code", "it names another phone elsewhere")
    try:
        return canonical(f"tel:{cell.removeprefix('tel:')}")
    except AddressError as error:
        raise Unusable("bad_number", error.message) from error


def _list(made: Roll, records: list[Record]) -> None:
    """Make one listing of all records that share a mail address, and know each record by its own id."""
    groups = _groups(records)
    phones = Counter(phone for group in groups for phone in {phone for one in group for phone in one.phones})
    shared = {phone for phone, people in phones.items() if people > 1}  # a switchboard's
    if shared:
        made.left_out["number_of_several_people"] += sum(phones[phone] for phone in shared)
    made.joined += len(records) - len(groups)
    for group in groups:
        made.listings.append(_listing(group, shared))
        for record in group:
            made.known.add(record.crm_id, record.crm_id, record.name, group[0].crm_id)


def _groups(records: list[Record]) -> list[list[Record]]:
    """Give the records person by person, each time the best one first."""
    leader = {record.crm_id: record.crm_id for record in records}

    def lead(crm_id: str) -> str:
        while leader[crm_id] != crm_id:
            leader[crm_id] = crm_id = leader[leader[crm_id]]
        return crm_id

    holders: dict[str, str] = {}
    for record in records:
        for mail in record.mails:
            leader[lead(record.crm_id)] = lead(holders.setdefault(mail, record.crm_id))
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(lead(record.crm_id), []).append(record)
    return [sorted(group, key=lambda record: record.rank, reverse=True) for group in groups.values()]


def _listing(group: list[Record], shared: set[str]) -> Listing:
    """Give one listing; the best record that tells something is believed."""
    mails = [mail for record in group for mail in record.mails]
    phones = [phone for record in group for phone in record.phones if phone not in shared]
    address, *others = dict.fromkeys([*mails, *(record.crm_id for record in group), *phones])
    return Listing(
        address=address,
        kind="lead" if any(record.lead for record in group) else "contact",
        name=next((record.name for record in group if record.name), None),
        title=next((record.title for record in group if record.title), None),
        company=next((record.company for record in group if record.company), None),
        crm_id=group[0].crm_id,
        aliases=tuple(uri for uri in others if uri != group[0].crm_id),
        source=group[0].source,
    )
