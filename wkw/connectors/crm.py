"""Reads the CSV exports of a CRM: contacts and leads become listings, completed activities become events.

Which columns hold what is told by mappings; a file is known by its header, and no other column of it is kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from wkw.connectors.activities import Export, fate
from wkw.connectors.exclusions import Reason, address_reason
from wkw.connectors.files import Progress, files, silent
from wkw.connectors.mapping import Kind, Mapping, same
from wkw.connectors.records import Cells, Owns, Roll, roll
from wkw.connectors.rows import header, table
from wkw.errors import FileError
from wkw.model import Dropped, Event

RECORDS = ("users", "contacts", "leads")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file whose kind is known."""

    path: Path
    mapping: Mapping
    kind: Kind

    def cells(self, progress: Progress) -> Iterator[Cells | None]:
        """Give the cells of each row by field; None for a row that cannot be read."""
        wanted = {column for columns in self.kind.columns.values() for column in columns}

        def names(found: list[str]) -> list[str | None]:
            return [name if (name := same(column)) in wanted else None for column in found]

        for _, row in table(self.path, names, progress=progress):
            yield (
                None
                if row is None
                else {
                    field: cells
                    for field, columns in self.kind.columns.items()
                    if (cells := tuple(str(row[column]) for column in columns if column in row))
                }
            )


def sheets(paths: Iterable[Path], mappings: Sequence[Mapping]) -> list[Sheet]:
    """Give every file with its kind, by its header alone; FileError for the first one of no kind or of several."""
    found = ((file, header(file)) for path in paths for file in files(path))
    return [_sheet(file, columns, mappings) for file, columns in found if columns]


def _sheet(path: Path, columns: list[str], mappings: Sequence[Mapping]) -> Sheet:
    names = [same(column) for column in columns]
    kinds = [(mapping, kind) for mapping in mappings for kind in mapping.kinds]
    fitting = [(mapping, kind) for mapping, kind in kinds if _fits(kind, names)]
    if not fitting:
        raise _unknown(path, names, [kind for _, kind in kinds])
    if len(fitting) > 1:
        several = " and ".join(f"{kind.name} of {mapping.system}" for mapping, kind in fitting)
        remedy = "Say in a mapping of your own (`--mapping`), with `unless`, which columns one of them does not have."
        raise FileError(f"The first line of {path} fits several kinds of export: {several}.", remedy=remedy)
    mapping, kind = fitting[0]
    twice = sorted({name for of in kind.columns.values() for name in of if names.count(name) > 1})
    if twice:
        wrong = [f"column {name[:40]!r} stands there twice" for name in twice]
        raise FileError(f"In the first line of {path}, {'; '.join(wrong)}.", fields={"header": wrong})
    return Sheet(path, mapping, kind)


def _fits(kind: Kind, names: list[str]) -> bool:
    return not _lacks(kind, names) and kind.unless.isdisjoint(names)


def _lacks(kind: Kind, names: list[str]) -> list[str]:
    return [field for field in kind.required if kind.columns[field].keys().isdisjoint(names)]


def _unknown(path: Path, names: list[str], kinds: list[Kind]) -> FileError:
    """Say what the closest kind lacks: of those that lack least the one with most of its columns there."""
    closest = min(kinds, key=lambda kind: (len(_lacks(kind, names)), -_present(kind, names)))
    wrong = [f"no column for `{field}` ({closest.spelled(field)})" for field in _lacks(closest, names)]
    wrong += [f"a column {name!r}, which {closest.name} do not have" for name in sorted(closest.unless & {*names})]
    expected = "; ".join(f"{field}: {closest.spelled(field)}" for field in closest.columns)
    return FileError(
        f"The first line of {path} fits no kind of export. For {closest.name} there is {'; '.join(wrong)}.",
        remedy=f"Expected ({expected}). For another CRM name a mapping (`--mapping`).",
        fields={"header": wrong},
    )


def _present(kind: Kind, names: list[str]) -> int:
    return sum(not columns.keys().isdisjoint(names) for columns in kind.columns.values())


def people(
    found: Iterable[Sheet],
    *,
    owns: Owns,
    zone: tzinfo,
    progress: Progress = silent,
    reason: Reason = address_reason,
) -> Roll:
    """Give whom the users, contacts and leads among the files name; `zone` is that of times that tell none.

    `reason` tells why an address is nobody's.
    """
    records = [sheet for sheet in found if sheet.kind.name in RECORDS]
    rows = ((sheet.mapping, sheet.kind.name, cells) for sheet in records for cells in sheet.cells(progress))
    return roll(rows, owns, zone, reason)


def read(
    found: Iterable[Sheet],
    named: Roll,
    *,
    owns: Owns,
    zone: tzinfo,
    progress: Progress = silent,
    reason: Reason = address_reason,
) -> Iterator[Event | Dropped]:
    """Give what every activity among the files becomes, once each; `named` are the people of the same export."""

    def why(uri: str) -> str | None:
        return named.covered.get(uri) or reason(uri)

    for sheet in found:
        if sheet.kind.name not in RECORDS:
            export = Export(sheet.mapping, named.known, owns, sheet.mapping.zone or zone, why)
            for cells in sheet.cells(progress):
                yield fate(cells, sheet.kind.name, export)
