"""Commands that prove the strength: how well did it foresee what came after, and which weights foresee best?"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from wkw.calibrate import Calibration, weights_file
from wkw.calibrate import calibrate as calibrated
from wkw.calibrate import document as calibration_document
from wkw.cli import picture, scratch, show
from wkw.cli.opening import opened
from wkw.evaluate import Evaluation, document
from wkw.evaluate import evaluate as evaluated
from wkw.graph import Graph
from wkw.ingest import Report, as_data
from wkw.model import date_of
from wkw.settings import Settings
from wkw.windows import Label, Plan

DAYS = click.IntRange(1, 366)
RANKINGS = ("auc", "auc_person", "mrr", "ndcg5", "p5")
NAMES = {"strength": "strength", "count": "count", "last_contact": "last contact", "count_30_days": "count, 30 days"}


def planned(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command its argument FILE, its option --graph, and a plan made of the options of one."""

    @wraps(command)
    def with_plan(*, horizon: int, every: int, label: Label, **others: Any) -> None:
        command(plan=Plan(horizon, every, label), **others)

    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of tables."),
        click.option(
            "--label",
            type=click.Choice(["direct", "any", "sent"]),
            default="direct",
            show_default=True,
            help="What counts as contact: among few, any at all, or a message of one's own to few.",
        ),
        click.option("--every", type=DAYS, default=30, show_default=True, help="Days from one cut-off to the next."),
        click.option("--horizon", type=DAYS, default=30, show_default=True, help="Days after a cut-off that count."),
        click.option("--graph", "own_graph", is_flag=True, help="Take the graph of the settings instead of a file."),
        click.argument("file", required=False, type=click.Path(path_type=Path)),
    ):
        with_plan = option(with_plan)
    return with_plan


@click.command()
@planned
@click.option("--introducers", is_flag=True, help="Also judge paths by mails that brought two people together.")
@click.option("--svg", type=click.Path(path_type=Path), help="Draw predicted against observed into this file.")
def evaluate(
    file: Path | None,
    own_graph: bool,
    plan: Plan,
    as_json: bool,
    introducers: bool,
    svg: Path | None,
) -> None:
    """Judge the strength by what came after.

    FILE is a log in the interchange form, judged in a scratch graph that is gone afterwards; --graph takes one's own.
    At many cut-offs, the strengths as of that day rank everybody's earlier contacts; contact in the days after it says
    who was right. The second half of the cut-offs is reported, with 95 % intervals over persons.

    \b
    Example:
      wkw evaluate log.jsonl --introducers --svg reliability.svg
      wkw evaluate --graph --horizon 90
    """
    with _taken(file, own_graph=own_graph) as (graph, settings, report), show.counting("Judging") as passed:
        found = evaluated(graph, settings, plan, introducers=introducers, passed=passed)
    if svg:
        show.write(_drawn(found), svg)
    if as_json:
        show.out_json(document(found) | {"log": as_data(report) if report else None})
    else:
        print_evaluation(found, report)


@click.command()
@planned
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The weights file to write.")
@click.option("--channels", is_flag=True, help="Also fit the weights of meetings and calls; mail weighs one.")
def calibrate(
    file: Path | None,
    own_graph: bool,
    plan: Plan,
    as_json: bool,
    out: Path,
    channels: bool,
) -> None:
    """Fit the formula to what came after; write weights.

    It fits `k`, the sum S at which contact is as likely as not, to the first half of the cut-offs and reports on the
    second. FILE is a log in the interchange form; --graph takes one's own graph.

    \b
    Example:
      wkw calibrate log.jsonl --out weights.json
      wkw calibrate --graph --channels --out weights.json
    """
    with _taken(file, own_graph=own_graph) as (graph, settings, report), show.counting("Fitting") as passed:
        found = calibrated(graph, settings, plan, channels=channels, passed=passed)
    show.write(json.dumps(weights_file(found), indent=2) + "\n", out)
    if as_json:
        show.out_json(calibration_document(found) | {"log": as_data(report) if report else None})
    else:
        print_calibration(found, out)


@contextmanager
def _taken(file: Path | None, *, own_graph: bool) -> Iterator[tuple[Graph, Settings, Report | None]]:
    """The graph of a file or of the settings; a file's is gone afterwards."""
    if own_graph == bool(file):
        raise click.UsageError("Name either a FILE or --graph.")
    if file:
        with scratch.loaded(file) as (graph, settings, report):
            yield graph, settings, report
    else:
        with opened() as (graph, settings):
            yield graph, settings, None


def print_evaluation(found: Evaluation, report: Report | None) -> None:
    """Prints an evaluation: what was judged, rankings with their intervals, probabilities against what happened."""
    show.say(_said(document(found), report))
    if found.days.folded is not None:
        show.note(f"Interactions until {date_of(found.days.folded)} are folded into sums: no cut-off lies before that.")
    rankings = show.table("", "#AUC", "#AUC/person", "#MRR", "#NDCG@5", "#P@5")
    for name, measures in {"strength": found.measures, **found.baselines}.items():
        rankings.add_row(NAMES[name], *(f"{measures[one]:.3f}" for one in RANKINGS))
        rankings.add_row("  95 %", *(_interval(found.intervals[name][one]) for one in RANKINGS), style="dim")
    show.out(rankings)
    show.say(f"\nP@5 can be {found.ceiling:.3f} at most.")
    for name in found.baselines:
        show.say(f"NDCG@5 ahead of {NAMES[name]}: {_interval(found.intervals[f'ahead of {name}']['ndcg5'])}")
    error, score = found.measures["calibration_error"], found.measures["brier"]
    show.say(f"\nCalibration error {error:.3f}, Brier score {score:.3f}.\n")
    lines = show.table("strength", "#ties", "#predicted", "#observed")
    for line in found.table:
        cells = (str(line.rows), f"{line.predicted:.3f}", f"{line.observed:.3f}")
        lines.add_row(f"{line.low:.1f} to {line.high:.1f}", *cells)
    show.out(lines)
    if (one := found.introducers) and not one.cases:
        show.say("\nNo mail brought two people together, so introducers cannot be judged.")
    elif one:
        show.say(
            f"\nIntroducers: MRR {one.mrr:.3f}, first {one.first:.2f}, in the top 3 {one.top3:.2f}; "
            f"{one.cases} cases, {one.candidates:.1f} candidates."
        )


def _said(told: dict[str, Any], report: Report | None) -> str:
    days = told["cutoffs"]["reported"]
    read = f"{report.fates['stored']} of {report.submitted} events of the log were stored.\n" if report else ""
    return (
        f"{read}{told['formula']}, label {told['label']}, {told['horizon']} days after each of {len(days)} cut-offs "
        f"from {days[0]} to {days[-1]}.\n{told['persons']} persons, {told['person_windows']} person-windows with "
        f"contact, {told['candidates']:.1f} candidates each, base rate {told['base_rate']:.3f}.\n"
    )


def _interval(ends: tuple[float, float]) -> str:
    return f"{ends[0]:.3f}..{ends[1]:.3f}"


def _drawn(found: Evaluation) -> str:
    told = "; ".join(f"{one.predicted:.0%} predicted, {one.observed:.0%} observed" for one in found.table)
    return picture.reliability(
        found.table,
        title=f"Reliability: contact within {found.plan.horizon} days, predicted and observed",
        description=f"Calibration error {found.measures['calibration_error']:.3f}. {told}.",
    )


def print_calibration(found: Calibration, out: Path) -> None:
    """Prints the weights, and how well they and those before predict the days they were not fitted to."""
    shown = show.table("", "#email", "#meeting", "#call", "#k")
    shown.add_row("found", *(f"{value:g}" for value in weights_file(found).values()))
    show.out(shown)
    fits = show.table("on later days", "#log loss", "#Brier", "#calibration error")
    for name, fit in (("before", found.before), ("after", found.after)):
        fits.add_row(name, f"{fit.log_loss:.4f}", f"{fit.brier:.4f}", f"{fit.calibration_error:.4f}")
    show.say("")
    show.out(fits)
    show.say(f"\nFitted {', '.join(found.fitted)} to {found.rows} ties; written to {out}.")


COMMANDS = (evaluate, calibrate)
