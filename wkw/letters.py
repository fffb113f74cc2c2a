"""The words of the mail that asks for an introduction: templates, what is wrong with one, and letters made of them.

A template is Jinja2 of the smallest kind: text, `{{ asker }}` and the other NAMES, and `{% if company %}` with `and`,
`or` and `not`. Nothing else is let through, so that no template can loop, call, include or look into anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from wkw.errors import InputError
from wkw.model import folded

LANGUAGES = ("en", "sv")
NAMES = ("asker", "introducer", "target", "company", "note")
SAMPLE: Mapping[str, str] = MappingProxyType(
    {
        "asker": "Anna Berg",
        "introducer": "Bo Ek",
        "target": "Lea Sand",
        "company": "Kund AB",
        "note": "We met at the fair in May, and I would like to show her what came of it.",
    }
)

LONGEST_SUBJECT = 200  # characters of a template
LONGEST_TEXT = 2_000
MOST_WORDS = 120  # of the letter, with the sample's
DEEPEST = 12  # of what stands in what
ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not, nodes.And, nodes.Or)
SPEECH = "Write text, {{ note }} and other names, and {% if company %} ... {% endif %}."

JINJA = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined,
    autoescape=False,  # it is plain text
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Template:
    """The template of a letter, its subject and its text."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it is mailed: one line of subject, and plain text."""

    subject: str
    text: str


DEFAULT: Mapping[str, Template] = MappingProxyType(
    {
        "en": Template(
            "{{ asker }} would like to meet {{ target }}",
            "Hello {{ introducer }},\n\n"
            "{{ asker }} would like to get to know {{ target }}{% if company %} of {{ company }}{% endif %}, and hopes "
            "that you, who are in touch, might introduce them.\n\n"
            "{{ asker }} writes:\n{{ note }}\n\n"
            "A no is quite all right, and you need not say why. Nothing has been sent to {{ target }}.\n",
        ),
        "sv": Template(
            "{{ asker }} vill gärna träffa {{ target }}",
            "Hej {{ introducer }},\n\n"
            "{{ asker }} vill gärna lära känna {{ target }}{% if company %} på {{ company }}{% endif %}, och hoppas "
            "att du som har kontakt kan presentera dem för varandra.\n\n"
            "{{ asker }} skriver:\n{{ note }}\n\n"
            "Det går lika bra att tacka nej, och du behöver inte säga varför. Inget har skickats till {{ target }}.\n",
        ),
    }
)


def language(told: str | None, region: str | None) -> str:
    """In which language somebody is written to: the one they are listed with, else Swedish in Sweden, else English."""
    if told in LANGUAGES:
        return told
    return "sv" if region and folded(region) == "se" else "en"


def render(template: Template, values: Mapping[str, str]) -> Letter:
    """The letter that a template makes of some values, by name, each of which comes in as it is.

    An InputError whose `fields` names each value that is empty and would be printed, or says what is wrong with the
    template.
    """
    empty: list[str] = []
    given = {name: values[name] if values.get(name, "").strip() else _Blank(name, empty) for name in NAMES}
    subject, text = (_filled(source, given) for source in (template.subject, template.text))
    if empty:
        raise InputError(
            "The letter would have a hole in it.",
            fields={name: ["Is empty, and the template prints it."] for name in dict.fromkeys(empty)},
        )
    return Letter(" ".join(subject.splitlines()), text)


def lint(template: Template) -> list[str]:
    """What is wrong with a template, in words for whoever wrote it; nothing where it can be used."""
    wrong = [f"The subject {one}" for one in _faults(template.subject, LONGEST_SUBJECT, NAMES[:-1])]
    wrong += [f"The text {one}" for one in _faults(template.text, LONGEST_TEXT, NAMES)]
    if len(template.subject.splitlines()) > 1:
        wrong.append("The subject has more than one line.")
    return wrong or list(dict.fromkeys(_holes(template)))


class _Blank:
    """An empty value: false where a template asks for it, and noted where it is printed."""

    def __init__(self, name: str, printed: list[str]):
        self._name, self._printed = name, printed

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        self._printed.append(self._name)
        return ""


def _filled(source: str, given: Mapping[str, object]) -> str:
    if wrong := list(_faults(source, max(LONGEST_TEXT, LONGEST_SUBJECT), NAMES)):
        raise InputError("The template cannot be used.", fields={"template": wrong}, who="administrator")
    return JINJA.from_string(source).render(given)


def _faults(source: str, longest: int, names: tuple[str, ...]) -> Iterator[str]:
    """What keeps a text from being a template of some names, as ends of sentences."""
    if not source.strip():
        yield "is empty."
    elif len(source) > longest:
        yield f"has more than {longest} characters."
    elif not all(sign.isprintable() or sign in "\n\r\t" for sign in source):
        yield "has characters that nobody can see."
    else:
        yield from _odd(source, names)


def _odd(source: str, names: tuple[str, ...]) -> Iterator[str]:
    try:
        tree = JINJA.parse(source)
    except TemplateSyntaxError as error:
        yield f"cannot be read, line {error.lineno}: {error.message}"
        return
    except RecursionError:
        yield "is nested too deeply."
        return
    found = list(_within(tree))
    printed = [part for node in found if isinstance(node, nodes.Output) for part in node.nodes]
    strange = [node for node in found if not isinstance(node, ALLOWED)]
    strange += [part for part in printed if not isinstance(part, nodes.TemplateData | nodes.Name)]
    unknown = {node.name: node for node in found if isinstance(node, nodes.Name) and node.name not in names}
    if strange:
        yield f"does more than a letter needs, line {strange[0].lineno}. {SPEECH}"
    elif unknown:
        yield f"names {', '.join(sorted(unknown))}; there is {', '.join(names)}."
    elif _depth(tree) > DEEPEST:
        yield "is nested too deeply."


def _within(tree: nodes.Node) -> Iterator[nodes.Node]:
    """All nodes of a tree; not by recursion, which a chain of `and` can exhaust."""
    left = [tree]
    while left:
        yield (node := left.pop())
        left += node.iter_child_nodes()


def _depth(tree: nodes.Node) -> int:
    level, depth = [tree], 0
    while level := [child for node in level for child in node.iter_child_nodes()]:
        depth += 1
    return depth


def _holes(template: Template) -> Iterator[str]:
    """What is wrong with the letters that a readable template makes: for whoever has a company, and for others."""
    for company in (SAMPLE["company"], ""):
        try:
            letter = render(template, {**SAMPLE, "company": company})
        except InputError:
            yield "Not everybody has a company: write {% if company %} ... {{ company }} ... {% endif %}."
            continue
        if not letter.subject.strip():
            yield "The subject is empty for some."
        if SAMPLE["note"] not in letter.text:
            yield "The text does not print {{ note }}, which says why."
        if len(letter.text.split()) > MOST_WORDS:
            yield f"The letter has more than {MOST_WORDS} words."
