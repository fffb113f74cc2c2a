"""Every command says what it does, by example, and refuses what it does not understand; every setting is documented."""

import ast
import inspect
import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from wkw import settings, web_settings
from wkw.cli import main

ROOT = Path(__file__).parent.parent
NAME = re.compile(r"WKW_[A-Z0-9_]*[A-Z0-9]")


def commands(group, path=()):
    """Every command and subcommand with the words that call it; the program itself by none."""
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


COMMANDS = dict(commands(main))
every_command = pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "wkw")


def run(*words):
    return CliRunner().invoke(main, words, prog_name="wkw")


def undocumented(command):
    """What a reader of a command's help would miss."""
    text = inspect.cleandoc(command.help or "")
    if not re.match(r"[A-Z][^\n]*[.?]", text):
        yield "a first line"
    if "Example:\n  " not in text:
        yield "an example"
    yield from (option.name for option in command.params if isinstance(option, click.Option) and not option.help)


def examples(command):
    """The words of each example of a command, without the settings that stand before."""
    lines = inspect.cleandoc(command.help or "").partition("Example:\n")[2].splitlines()
    for words in map(shlex.split, lines):
        yield [word for word in words if not NAME.match(word)]


def called(words):
    """The command that words call, having understood its arguments; a UsageError where it does not."""
    program, *rest = words
    command, name = main, program
    while isinstance(command, click.Group):
        name = rest.pop(0)
        command = command.commands[name]
    command.make_context(name, rest)
    return command


def wants_more(command):
    """Whether a command cannot run by its name alone."""
    return isinstance(command, click.Group) or any(param.required for param in command.params)


@every_command
def test_a_command_is_documented(path):
    assert list(undocumented(COMMANDS[path])) == []


@pytest.mark.parametrize("flag", ["--help", "-h"])
@every_command
def test_a_command_prints_its_help(path, flag):
    done = run(*path, flag)

    assert done.exit_code == 0
    assert done.output.startswith(f"Usage: {' '.join(('wkw', *path))} ")
    assert "Example:\n" in done.output


@every_command
def test_the_examples_of_a_command_are_of_that_command_and_understood(path):
    for words in examples(COMMANDS[path]):
        assert words[0] == "wkw"
        assert called(words) in dict(commands(COMMANDS[path])).values(), words


@every_command
def test_a_command_refuses_an_option_that_it_does_not_have(path):
    done = run(*path, "--no-such-option")

    assert done.exit_code == 2
    assert "No such option" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("path", [path for path in COMMANDS if wants_more(COMMANDS[path])], ids=" ".join)
def test_a_command_that_lacks_an_argument_prints_how_it_is_used(path):
    done = run(*path)

    assert done.exit_code == 2
    assert done.stderr.startswith(f"Usage: {' '.join(('wkw', *path))} ")
    assert done.stdout == ""


def test_wkw_alone_prints_its_help():
    assert run().stderr.strip() == run("--help").stdout.strip()


def test_an_unknown_command_is_wrong_usage():
    assert run("guess").exit_code == 2
    assert run("key", "guess").exit_code == 2


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        (click.Command("x", help="Do it.\n\n\b\nExample:\n  wkw x"), []),
        (click.Command("x"), ["a first line", "an example"]),
        (click.Command("x", help="do it\n\n\b\nExample:\n  wkw x"), ["a first line"]),
        (click.Command("x", help="Do it."), ["an example"]),
        (click.Command("x", help="Do it.\n\nExample:\n  wkw x", params=[click.Option(["--fast"])]), ["fast"]),
    ],
)
def test_what_a_command_does_not_document_is_seen(command, missing):
    assert list(undocumented(command)) == missing


# ---- settings ----


def settings_read(source):
    """The names of all settings that a module reads: plain ones, and secrets, which may also be in files."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        first = node.args[0] if isinstance(node, ast.Call) and node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            of = ast.unparse(node.func)
            if of.startswith("env.") and of != "env.prefixed":
                found.add(f"WKW_{first.value}")
            elif of in ("secret.text", "secret.kept", "secret.several"):
                found |= {first.value, f"{first.value}_FILE"}
    return found


SOURCE = inspect.getsource(settings) + inspect.getsource(web_settings)
SETTINGS = settings_read(SOURCE)


def test_the_settings_are_found_in_the_source():
    assert {"WKW_DATA", "WKW_DOMAINS", "WKW_PORT", "WKW_ADDRESS_KEY", "WKW_NEO4J_PASSWORD_FILE"} <= SETTINGS
    assert set(NAME.findall(SOURCE)) <= SETTINGS


def test_every_setting_is_in_the_readme_and_no_other():
    told = set(NAME.findall((ROOT / "README.md").read_text()))

    assert SETTINGS - told == set()
    assert {name for name in told - SETTINGS if not name.startswith("WKW_TEST_")} == set()


def test_no_word_of_the_program_names_a_setting_that_is_not_read():
    said = {path.name: NAME.findall(path.read_text()) for path in (ROOT / "wkw").rglob("*.py")}

    assert {(file, name) for file, names in said.items() for name in names if name not in SETTINGS} == set()
