"""Letters: what a template may do, what is refused, and that names come out as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wkw.errors import InputError
from wkw.letters import DEFAULT, LANGUAGES, NAMES, SAMPLE, Letter, Template, language, lint, render

WORD = "and that is why "


def text(source):
    return Template("Lea?", source)


# ---- the templates that come along ----


@pytest.mark.parametrize("company", [SAMPLE["company"], ""])
@pytest.mark.parametrize("told", LANGUAGES)
def test_the_templates_that_come_along_are_short_and_fit_whoever_has_a_company_or_none(told, company):
    letter = render(DEFAULT[told], SAMPLE | {"company": company})

    assert lint(DEFAULT[told]) == []
    assert len(letter.text.split()) < 80
    assert all(value in letter.text for value in SAMPLE.values() if value != SAMPLE["company"])
    assert (SAMPLE["company"] in letter.text) == bool(company)


@pytest.mark.parametrize(
    ("told", "region", "wanted"),
    [
        ("sv", "DE", "sv"),
        ("en", "SE", "en"),
        (None, "se", "sv"),
        (None, "SE", "sv"),
        (None, "DE", "en"),
        (None, None, "en"),
    ],
)
def test_the_language_is_the_one_told_else_that_of_the_region(told, region, wanted):
    assert language(told, region) == wanted


# ---- what a template may do ----

NAME = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1).filter(
    lambda name: name.isprintable() and name.strip()
)


@given(st.fixed_dictionaries(dict.fromkeys(NAMES, NAME)), st.sampled_from(LANGUAGES))
def test_every_printable_name_comes_out_as_it_is_and_nothing_of_it_is_obeyed(values, told):
    plain = Template("{{ asker }} > {{ target }}", "".join(f"<{{{{ {name} }}}}>" for name in NAMES))

    assert render(plain, values) == Letter(
        f"{values['asker']} > {values['target']}", "".join(f"<{values[name]}>" for name in NAMES)
    )
    assert all(value in render(DEFAULT[told], values).text for value in values.values())


@given(st.sets(st.sampled_from(NAMES), min_size=1), st.sets(st.sampled_from(NAMES)))
def test_an_empty_value_is_refused_by_name_where_it_would_be_printed_and_only_there(printed, empty):
    values = SAMPLE | dict.fromkeys(empty, " ")
    guarded = "".join(f"{{% if {name} %}}{{{{ {name} }}}}{{% endif %}}" for name in NAMES)
    bare = "".join(f"{{{{ {name} }}}}" for name in sorted(printed))

    if holes := printed & empty:
        with pytest.raises(InputError) as refused:
            render(text(guarded + bare), values)
        assert refused.value.fields.keys() == holes
    else:
        render(text(guarded + bare), values)


def test_what_somebody_calls_themself_cannot_add_a_line_to_the_subject():
    values = SAMPLE | {"asker": "Anna\r\nBcc: all@nord.example\u2028X"}

    assert render(Template("{{ asker }}?", "{{ note }}"), values).subject == "Anna Bcc: all@nord.example X?"


# ---- what is refused ----

ATTACKS = {
    "an attribute": "{{ note.__class__.__mro__ }}",
    "an attribute by its name in brackets": "{{ note['__class__'] }}",
    "an attribute by a filter": "{{ note|attr('__class__') }}",
    "a format that looks into things": "{{ '{0.__class__}'.format(note) }}",
    "a range that fills memory": "{{ range(10**9)|list }}",
    "a number that takes for ever": "{{ 9**9**9 }}",
    "a text that fills memory": "{{ 'x' * 10**9 }}",
    "loops in loops": "{% for a in range(9) %}" * 9 + "x" + "{% endfor %}" * 9,
    "a loop over the letters of a value": "{% for a in note %}{% for b in note %}{{ b }}{% endfor %}{% endfor %}",
    "another file": "{% include 'secret' %}",
    "a file to import": "{% import 'os' as os %}",
    "a parent": "{% extends 'secret' %}",
    "a macro that calls itself": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "a value of its own": "{% set note = 'x' %}{{ note }}",
    "what Jinja brings": "{{ lipsum }}",
    "itself": "{{ self }}",
    "a comparison": "{{ not note }}",
    "brackets in brackets": "{{ " + "(" * 900 + "note" + ")" * 900 + " }}",
    "not of not": "{% if " + "not " * 400 + "note %}x{% endif %}",
    "a chain": "{% if note " + "or note " * 200 + "%}x{% endif %}",
    "conditions in conditions": "{% if note %}" * 90 + "x" + "{% endif %}" * 90,
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_template_that_does_more_than_a_letter_needs_is_neither_passed_nor_rendered(attack):
    assert len(lint(text("{{ note }}" + attack))) == 1
    with pytest.raises(InputError, match="The template cannot be used"):
        render(text(attack), SAMPLE)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (text("{{ note }"), "cannot be read, line 1"),
        (text("{{ note }}{% if company %}"), "cannot be read, line 1"),
        (text("{{ note }} {{ introduser }}"), "names introduser; there is asker,"),
        (text("Hello."), "does not print {{ note }}"),
        (text("{% if company %}{{ note }}{% endif %}"), "does not print {{ note }}"),
        (text("{{ note }} {{ company }}"), "Not everybody has a company"),
        (text("{{ note }} " + WORD * 27), "more than 120 words"),
        (text("{{ note }}" + "." * 2_000), "more than 2000 characters"),
        (text("{{ note }}\u202e"), "nobody can see"),
        (text(" "), "The text is empty"),
        (Template("", "{{ note }}"), "The subject is empty"),
        (Template("{% if company %}x{% endif %}", "{{ note }}"), "The subject is empty for some"),
        (Template("x\ny", "{{ note }}"), "more than one line"),
        (Template("{{ note }}", "{{ note }}"), "The subject names note"),
        (Template("x" * 201, "{{ note }}"), "more than 200 characters"),
    ],
)
def test_what_is_wrong_with_a_template_is_said_in_a_sentence(template, told):
    (wrong,) = lint(template)

    assert told in wrong
    assert wrong.endswith((".", "'"))


def test_a_template_is_not_called_wrong_for_conditions_and_comments():
    either = "{% if company and not (asker or target) %}x{% elif company %}{{ company }}{% else %}-{% endif %}"

    assert lint(text(f"{{# why #}}{either}\n{{{{ note }}}}")) == []
