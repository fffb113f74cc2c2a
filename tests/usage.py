"""Everything of the product once, on a graph with hubs, so that each query runs."""

import random

from asking import Asking
from lab import NOON, TODAY, village_records
from outboxes import asked, dead

from wkw import (
    exclusions,
    groups,
    identity,
    jobs,
    keys,
    outbox,
    people,
    policy,
    rights,
    setup,
    sharing,
    sources,
    troubles,
)
from wkw.connections import colleague_key, connections, person
from wkw.cooling import cooling
from wkw.evaluate import evaluate
from wkw.explain import explain
from wkw.exposure import about, exposure, held
from wkw.formula import in_force
from wkw.introductions.asking import rewrite, settle
from wkw.introductions.held import asked as asks_whom
from wkw.leavers import handover, purge
from wkw.lookup import Question, lookup, targets, whom
from wkw.model import Event, Listing, Target
from wkw.moment import Moment
from wkw.regions import Policy
from wkw.reweight import preview
from wkw.vetoes import veto
from wkw.windows import Meeting, Plan, exchanged

DAY = 86_400_000
OTHER = {"email": 1.0, "meeting": 2.0, "call": 1.0}
HUB = "hub@kund.example"


def crowd(people_count=400, contacts=800, events=4_000):
    """Mail of many, in which one contact hears from everybody and one colleague from every contact."""
    dice = random.Random(7)
    for number in range(events):
        one = f"mailto:c{dice.randrange(people_count)}@nord.example"
        other = f"mailto:{HUB}" if number % 5 == 0 else f"mailto:k{dice.randrange(contacts)}@firm{number % 40}.example"
        sender, to = (one, other) if dice.random() < 0.5 else (other, one)
        at = NOON - dice.randrange(1, 300) * DAY
        yield Event(f"mid:{number}", at, "email", sender, (to,), 1, "crowd")


def use_everything(lab):
    graph, settings = lab.graph, lab.settings
    lab.load_people()
    use_policy(lab, graph, settings)  # among few: the strictest row is true of whoever has no region
    lab.ingest(crowd())
    for dry_run in (True, False):
        lab.ingest(village_records(), dry_run=dry_run)
    lab.ingest(crowd(events=500))
    use_outbox(lab, graph)
    use_introductions(Asking(lab))
    asker = use_lookups(lab, graph, settings)
    use_identity(graph, settings)
    key = keys.create(graph, settings, "mailto:bo@nord.example", name="", day=TODAY, now=NOON, expires=None)
    keys.caller(graph, key, day=TODAY, now=NOON)
    keys.revoke(graph, keys.listed(graph)[0]["id"], now=NOON)
    evaluate(graph, settings, Plan(label="any"), introducers=True)
    met = [
        Meeting(NOON - 90 * DAY, lab.key("c1@nord.example"), lab.key(f"c{n}@nord.example"), lab.key(HUB))
        for n in range(2, 99)
    ]
    exchanged(graph, met, Plan())
    use_jobs(lab, graph, settings)
    use_exposure(lab, graph, settings)
    in_force(graph)
    jobs.listed(graph)
    sources.listed(graph)
    explain(graph, settings, Target(uri="mailto:anna@nord.example"), Target(uri="mailto:lea@kund.example"), day=TODAY)
    cooling(graph, settings, asker, day=TODAY, days=60)
    use_exclusions(graph, settings)
    use_rights(lab, graph, settings)
    use_setup(graph, settings)
    sharing.off(graph, settings, "mailto:eva@nord.example", now=NOON)
    sharing.on(graph, settings, lab.key("eva@nord.example"), now=NOON, by="self")
    sharing.state(graph, settings, "mailto:eva@nord.example")


def use_lookups(lab, graph, settings):
    asker = lab.key("anna@nord.example")
    policy.put(graph, settings, Policy("default", interactions=1), now=NOON)
    for as_of in (None, TODAY):
        lookup(graph, settings, Question(Target(uri="mailto:lea@kund.example"), asker, TODAY, as_of=as_of))
        lookup(graph, settings, Question(Target(uri=f"mailto:{HUB}"), asker, TODAY, as_of=as_of))
    lookup(graph, settings, Question(Target(name="Lea Sand"), asker, TODAY))
    targets(graph, "le", None, asker=asker, day=TODAY)
    whom(graph, settings, Target(uri="mailto:lea@kund.example"))
    person(graph, asker)
    connections(graph, settings, lab.key("c1@nord.example"), day=TODAY)
    colleague_key(graph, day=TODAY, name="Anna Berg")
    policy.remove(graph, settings, "default", now=NOON)
    return asker


def use_setup(graph, settings):
    for number in range(4):
        setup.change(graph, setup.in_force(graph), expected=number, by=None, at=NOON)
    setup.version(graph, 1)
    troubles.found(graph, settings, Moment(NOON, TODAY))


def use_introductions(ask):
    for n in range(1, 5):
        ask.draft(by=f"c{n}@nord.example", through="anna@nord.example", now=NOON + n)
    request = ask.sent()
    ask.shown(request)
    asks_whom(ask.lab.graph, request)
    rewrite(
        ask.lab.graph, ask.draft(), ask.lab.key("cia@nord.example"), note="Hello.", text=None, at=Moment(NOON, TODAY)
    )
    ask.move("accept", request, "anna@nord.example")
    settle(ask.lab.graph, now=NOON + 15 * DAY)


def use_rights(lab, graph, settings):
    anna, bo, at = lab.key("anna@nord.example"), lab.key("bo@nord.example"), Moment(NOON, TODAY)
    lea = rights.outsider(graph, settings, Target(uri="mailto:lea@kund.example"), day=TODAY)
    for kind in rights.KINDS:
        asked = rights.ask(graph, settings, lea, kind, by=anna, at=at)
    rights.listed(graph)
    rights.withdraw(graph, asked.id)
    rights.use(graph, "a link", until=NOON, now=NOON)
    rights.approve(graph, settings, rights.listed(graph)[0], lea, by=bo, at=at)


def use_outbox(lab, graph):
    for number in range(4):
        asked(lab, f"{number}")
    dead(lab, "dead", now=NOON - 1)
    outbox.again(graph, outbox.dead(graph)[0]["id"], now=NOON + DAY)
    outbox.waiting(graph)
    outbox.forget(graph, now=NOON + 8 * DAY)


def use_exposure(lab, graph, settings):
    use_vetoes(lab, graph, settings)
    handover(graph, settings, Target(uri="mailto:dag@nord.example"), day=TODAY)
    for who in ("anna@nord.example", "c1@nord.example"):
        held(graph, settings, lab.key(who), day=TODAY)
        about(graph, settings, lab.key(who))
        exposure(graph, settings, lab.key(who), day=TODAY)


def use_jobs(lab, graph, settings):
    lab.reweight()
    preview(graph, settings, OTHER, day=TODAY, progress=lambda ties: None)
    lab.reweight(weights=OTHER)
    lab.forget(retention=21)
    jobs.run(graph, "forget", lambda lease: (purge(graph, lease, day=TODAY, days=30), 0), day=TODAY)


def use_vetoes(lab, graph, settings):
    for who in ("anna@nord.example", "c1@nord.example"):
        first, *others = connections(graph, settings, lab.key(who), day=TODAY).ties
        for tie in (first, *others):
            veto(graph, lab.key(who), tie["id"], wanted=True, day=TODAY)
        veto(graph, lab.key(who), first["id"], wanted=False, day=TODAY)


def use_identity(graph, settings):
    two = Listing("mailto:pia@fjord.example", "contact", aliases=("mailto:frida@freemail.example",))
    people.load(graph, settings, [two], day=TODAY)
    people.plan(graph, settings, [two, Listing("mailto:k1@firm1.example", "contact", company="Firm")])
    people.load(
        graph, settings, [Listing(f"mailto:k{n}@firm{n}.example", "contact", company="Firm") for n in (1, 2)], day=TODAY
    )
    identity.merge(graph, settings, Target(uri=f"mailto:{HUB}"), Target(name="Lea Sand"), day=TODAY)
    identity.suggestions(graph, limit=20)
    identity.unmerge(graph, settings, f"mailto:{HUB}", day=TODAY)


def use_exclusions(graph, settings):
    rules = [exclusions.Rule("domain", "firm1.example"), exclusions.Rule("company", "kund.example")]
    for rule in rules:
        exclusions.add(graph, settings, rule)
    exclusions.purge(graph, settings, day=TODAY)
    exclusions.purge(graph, settings, [exclusions.Rule("address", "f" * 64)], day=TODAY)
    exclusions.include(graph, settings, rules[0])
    groups.exclude(graph, settings, [exclusions.Rule("department", "nobody's")], at=Moment(NOON, TODAY))
    exclusions.count(graph, {"robot": 3}, now=NOON)
    exclusions.counts(graph)


def use_policy(lab, graph, settings):
    ticino = Policy("ticino", "off")
    eva = Listing("mailto:eva@nord.example", "colleague", region="Zug")
    groups.load(graph, settings, [eva], at=Moment(NOON, TODAY), directory=False, reason=lambda uri: None)
    policy.forecast(graph, settings, policy.policies(graph).changed(ticino), day=TODAY)
    for name in ("default", "zug", "uri"):
        policy.put(graph, settings, Policy(name, interactions=1), now=NOON)
    groups.load(graph, settings, [eva], at=Moment(NOON, TODAY), directory=False, reason=lambda uri: None)
    policy.put(graph, settings, Policy("uri", "opt_in"), now=NOON)
    lab.ingest(crowd(events=5))
    for name in ("zug", "uri", "default"):
        policy.remove(graph, settings, name, now=NOON)
