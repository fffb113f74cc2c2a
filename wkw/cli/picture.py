"""Draws the reliability of probabilities as a small SVG: what was predicted, and what happened."""

from collections.abc import Iterator, Sequence

from wkw.metrics import Bin

SIDE, LEFT, TOP, WIDTH, HEIGHT = 300, 50, 16, 370, 364
MARKS = (0, 25, 50, 75, 100)

STYLE = (
    "text{font:12px sans-serif;fill:#333}.axis{stroke:#888;fill:none}.ideal{stroke:#888;stroke-dasharray:4 4}"
    ".told{stroke:#0a5fb4;stroke-width:2;fill:none}circle{fill:#0a5fb4}"
)


def reliability(table: Sequence[Bin], *, title: str, description: str) -> str:
    """The picture of a calibration table; a dot's area grows with its rows."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="title description">',
        f'<title id="title">{title}</title>',
        f'<desc id="description">{description}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="axis" x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}"/>',
        f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>',
        *_marks(),
        f'<polyline class="told" points="{" ".join(f"{_x(one.predicted)},{_y(one.observed)}" for one in table)}"/>',
        *_dots(table),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(share: float) -> str:
    return f"{LEFT + SIDE * share:.1f}"


def _y(share: float) -> str:
    return f"{TOP + SIDE * (1 - share):.1f}"


def _marks() -> Iterator[str]:
    for mark in MARKS:
        yield f'<text x="{_x(mark / 100)}" y="{TOP + SIDE + 18}" text-anchor="middle">{mark}</text>'
        yield f'<text x="{LEFT - 8}" y="{_y(mark / 100)}" text-anchor="end" dy="4">{mark}</text>'
    yield f'<text x="{LEFT + SIDE / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">predicted, %</text>'
    middle = f"{TOP + SIDE / 2:.0f}"
    yield f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">observed, %</text>'


def _dots(table: Sequence[Bin]) -> Iterator[str]:
    most = max(one.rows for one in table)
    for one in table:
        told = f"{one.predicted:.0%} predicted, {one.observed:.0%} observed, {one.rows} ties"
        radius = 2 + 6 * (one.rows / most) ** 0.5
        where = f'cx="{_x(one.predicted)}" cy="{_y(one.observed)}"'
        yield f'<circle {where} r="{radius:.1f}"><title>{told}</title></circle>'
