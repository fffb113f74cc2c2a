"""Who is shown after any sequence of policies, directories, switches, rules and mail is whom a reference shows."""

from dataclasses import dataclass, field, replace
from itertools import count

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lab import NOON, Lab
from races import TIMES
from test_groups import exclude, include, load
from test_policy import mail, put, remove, switch

from wkw.connections import person
from wkw.model import Listing

MODES = ("opt_out", "opt_in", "off")
WHO = ("ada", "ben")  # Ada is of the department that a rule is about
REGIONS = ("ticino", "uri", "zug")  # of Zug there is never a row of its own
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking takes minutes

who = st.sampled_from(WHO)
steps = st.one_of(
    st.tuples(st.just("policy"), st.sampled_from(("ticino", "uri", "default")), st.sampled_from((*MODES, None))),
    st.tuples(st.just("directory"), who, st.sampled_from((*REGIONS, None))),
    st.tuples(st.just("switch"), who, st.sampled_from(("on", "off"))),
    st.tuples(st.just("rule"), st.booleans()),
    st.tuples(st.just("mail"), who),
)


@dataclass
class One:
    """What is to be expected of somebody: the region of whom something is held, and what keeps them off."""

    held: bool = False
    region: str | None = None
    legal: bool = False
    choice: str | None = None
    group: bool = False
    policy: str | None = None  # the region that keeps them off, "" where it is unknown
    remembered: str | None = None  # the region that kept them off, while nothing else happened

    @property
    def off(self):
        return self.choice == "off" or self.group or self.policy is not None

    def purge(self):
        self.held, self.region, self.legal = False, None, False


@dataclass
class World:
    """The reference: plain sets and no graph."""

    rows: dict = field(default_factory=dict)
    rule: bool = False
    people: dict = field(default_factory=lambda: {name: One() for name in WHO})

    def mode(self, region):
        if region and (region in self.rows or "default" in self.rows):
            return self.rows.get(region, self.rows.get("default"))
        return max(self.rows.values(), key=MODES.index, default="opt_out")

    def closes(self, one, region):
        return self.mode(region) == "off" or (self.mode(region) == "opt_in" and one.choice != "on")

    def change(self, region, mode):
        self.rows = {name: held for name, held in self.rows.items() if name != region} | (
            {region: mode} if mode else {}
        )
        for one in self.people.values():
            self.reconsider(one)
            region = one.region or one.remembered
            if one.held and self.closes(one, region):
                self.close(one, region or "")

    def close(self, one, region):
        one.policy, one.remembered = region, None
        one.purge()

    def reconsider(self, one):
        if one.policy is not None and not self.closes(one, one.policy):
            one.remembered, one.policy = one.policy, None

    def directory(self, name, region):
        one = self.people[name]
        told = region or (one.region if one.held else None) or one.policy or one.remembered
        if self.closes(one, told):
            if one.policy != (told or ""):
                self.close(one, told or "")
        elif region and one.policy is not None:
            one.policy = one.remembered = None
        if self.rule and name == "ada" and not one.group:
            one.group, one.remembered = True, None
            one.purge()
        if not one.off:
            one.held, one.region, one.legal = True, region or one.region, name == "ada"

    def switch(self, name, to):
        one = self.people[name]
        if to == "off" and one.choice != "off":
            one.choice, one.remembered = "off", None
            one.purge()
        elif to == "on":
            if one.choice == "off" or (one.choice is None and one.policy is not None):
                one.choice, one.remembered = "on", None
            self.reconsider(one)

    def decide(self, rule):
        self.rule, ada = rule, self.people["ada"]
        if rule and ada.legal:
            ada.group, ada.remembered = True, None
            ada.purge()
        elif not rule and ada.group:
            ada.group, ada.remembered = False, None

    def mail(self, name):
        one = self.people[name]
        if not one.off and not one.held:
            if self.closes(one, one.remembered):
                self.close(one, one.remembered or "")
            else:
                one.held = True


def uri(name):
    return f"mailto:{name}@nord.example"


def carry_out(lab, world, step, number):
    kind, *rest = step
    if kind == "policy" and (rest[1] or rest[0] in world.rows):
        put(lab, *rest) if rest[1] else remove(lab, rest[0])
        world.change(*rest)
    elif kind == "directory":
        name, region = rest
        department = "Legal" if name == "ada" else "Sales"
        load(lab, Listing(uri(name), "colleague", department=department, region=region))
        world.directory(name, region)
    elif kind == "switch":
        switch(lab, rest[1], uri(rest[0]))
        world.switch(*rest)
    elif kind == "rule" and rest[0] != world.rule:
        exclude(lab, "department:Legal") if rest[0] else include(lab, "department:Legal")
        world.decide(rest[0])
    elif kind == "mail":
        lab.ingest([mail(uri(rest[0]), at=NOON + number)], now=NOON + number)
        world.mail(rest[0])


def shown(lab, name):
    told = person(lab.graph, lab.key(uri(name)[7:]))
    return told["id"] is not None and told["sharing"] == "on"


@settings(
    max_examples=25 * TIMES, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=st.lists(steps, min_size=4, max_size=14))
def test_who_is_shown_is_whom_the_reference_shows_after_each_step(lab, told):
    lab.empty()
    alone = Lab(lab.graph, replace(lab.settings, state=lab.settings.state / str(next(numbers))), lab.login)
    world = World()
    for number, step in enumerate(told):
        carry_out(alone, world, step, number)
        seen = {name: shown(alone, name) for name in WHO}
        assert seen == {name: one.held and not one.off for name, one in world.people.items()}, told[: number + 1]
        assert not any(one.held and world.closes(one, one.region or one.remembered) for one in world.people.values())


numbers = count()  # of the examples, each with a ledger of its own
