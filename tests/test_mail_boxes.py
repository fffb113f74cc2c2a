"""Boxes, folders and archives give every message they hold once; mistakes with a path are told in words."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from archives import packed, squeezed
from letters import boxed, written

from wkw.connectors import boxes, mail
from wkw.connectors.files import size
from wkw.errors import FileError
from wkw.model import Dropped, Event

VILLAGE = Path(__file__).parent / "village"


def read(*paths: Path) -> list[Event | Dropped]:
    return list(mail.read(paths))


def test_the_village_box_has_thirty_seven_fates():
    fates = read(VILLAGE / "mail.mbox")
    assert len(fates) == 37
    dropped = sorted(one.reason for one in fates if isinstance(one, Dropped))
    assert dropped == ["automatic", "bad_date", "bounce", "newsletter", "no_recipients", "robot", "role", "to_oneself"]
    assert "CANARY" not in repr(fates).upper()


def test_the_village_folders_are_read_without_their_unfinished_deliveries():
    fates = read(VILLAGE / "maildir", VILLAGE / "eml")
    assert len(fates) == 10
    assert [one.reason for one in fates if isinstance(one, Dropped)] == ["no_sender"]
    assert "CANARY" not in repr(fates).upper()
    assert "Pia Ångström" in repr(fates)


def test_a_box_is_cut_at_postmarks_and_nowhere_else():
    body = "From the first line on\n\nFrom now on\n\n>From anna@nord.example Mon May  4 07:12:31 2026\n"
    box = boxed(*(written(Message_ID=f"<{n}@x.example>", body=body) for n in range(3)))
    found = [mail.fate(block).id for block in boxes._in_stream(io.BytesIO(box))]
    assert found == ["mid:0@x.example", "mid:1@x.example", "mid:2@x.example"]


@pytest.mark.parametrize(
    "mark",
    [
        *("From - ", "From -", "From 184@xxx", "From anna@nord.example  Mon May  4 07:12:31 2026"),
        *(
            "From - Mon, 04 May 2026 07:12:31 +0200",
            "From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
            "From x  May 4 7:12 2026",
        ),
    ],
)
def test_postmarks_are_known_in_every_common_shape(mark):
    box = f"{mark}\n{written().decode()}\n" * 2
    assert len(list(boxes._in_stream(io.BytesIO(box.encode())))) == 2


def test_a_message_cut_off_in_its_headers_is_one_message():
    assert len(list(boxes._in_stream(io.BytesIO(boxed(written(), written()[:60]))))) == 2
    box = b"From - \nFrom: anna@nord.example\nFrom - \nFrom: bo@nord.example\n"
    assert len(list(boxes._in_stream(io.BytesIO(box)))) == 2


def test_long_body_lines_are_read_in_pieces_that_start_no_message():
    body = "x" * (boxes.CHUNK) + "From anna@nord.example Mon May  4 07:12:31 2026\n"
    assert len(list(boxes._in_stream(io.BytesIO(boxed(written(body=body), written()))))) == 2


def archive_of(folder: Path, kind: str) -> Path:
    """Pack one mail, a box of two, an empty file and a picture."""
    members = {
        "a/1.": written(),
        "box": boxed(written(), written()),
        "empty.eml": b"",
        "p.png": b"\x89PNG\r\n\x1a\n\0\0",
    }
    members |= {"../../escape.eml": written(), ".DS_Store": b"x", "__MACOSX/a/._1.": b"x"}
    return packed(folder / f"mail.{kind}", members, links=["link.eml"])


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tgz", "tar.zst"])
def test_archives_are_read_without_being_extracted(tmp_path, kind):
    fates = read(archive_of(tmp_path, kind))
    assert sorted(getattr(one, "reason", "event") for one in fates) == [*["empty"], *["event"] * 4, "not_mail"]
    assert os.listdir(tmp_path) == [f"mail.{kind}"]
    assert not list(tmp_path.parent.rglob("escape.eml"))


@pytest.mark.parametrize("kind", ["mbox", "mbox.gz", "mbox.zst"])
def test_boxes_are_read_packed_or_not_and_the_progress_adds_up(tmp_path, kind):
    path = tmp_path / kind
    path.write_bytes(squeezed(boxed(*[written()] * 50), kind))
    done = []
    assert len(list(mail.read([path], progress=done.append))) == 50
    assert sum(done) == size([path]) == path.stat().st_size


def test_the_progress_of_folders_and_archives_adds_up(tmp_path):
    archive_of(tmp_path, "zip")
    (tmp_path / "one.eml").write_bytes(written(body="x" * 500_000))
    done = []
    list(mail.read([tmp_path], progress=done.append))
    assert sum(done) == size([tmp_path])


def test_a_folder_is_read_at_any_depth_with_what_is_not_mail_counted(tmp_path):
    deep = tmp_path / "inbox" / "2026"
    deep.mkdir(parents=True)
    (deep / "1.").write_bytes(written())
    (deep / "2").write_bytes(b"\n\n" + written())
    (tmp_path / "a.html").write_bytes(b"<html>")
    (tmp_path / "b.eml").write_bytes(b"")
    (tmp_path / "c.zip").write_bytes(b"PK\x03\x04broken")
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    reasons = sorted(getattr(one, "reason", "event") for one in read(tmp_path))
    assert reasons == ["empty", "event", "event", "not_mail", "unreadable"]


def test_a_maildir_is_read_without_its_index_and_unfinished_files(tmp_path):
    for name in ("cur", "new", "tmp"):
        (tmp_path / ".Sent" / name).mkdir(parents=True)
        (tmp_path / ".Sent" / name / "1777.M1P1.nord:2,S").write_bytes(written())
    (tmp_path / ".Sent" / "dovecot-uidlist").write_text("3 V1 N1\n")
    assert len(read(tmp_path)) == 2


def test_an_empty_box_holds_nothing_and_is_no_mistake(tmp_path):
    (tmp_path / "empty.mbox").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    assert read(tmp_path / "empty.mbox", tmp_path / "folder") == []


def test_mistakes_with_a_path_are_told_in_words(tmp_path):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2000)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("Dear diary\n")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    told = {
        "missing": "does not exist",
        "picture.png": "no mail in",
        "notes": "no mail in",
        "loop": "cannot be read",
        "pipe": "neither a file nor a folder",
    }
    for name, words in told.items():
        with pytest.raises(FileError, match=words):
            read(tmp_path / name)


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.zst", "mbox.gz", "mbox.zst"])
def test_a_cut_off_file_gives_what_it_holds_and_then_an_error(tmp_path, kind):
    path = tmp_path / f"x.{kind}"
    data = squeezed(boxed(*[os.urandom(3000) + written() for _ in range(99)]), kind)
    if "mbox" not in kind:
        data = archive_of(tmp_path, kind).read_bytes()
    path.write_bytes(data[: len(data) // 3])
    with pytest.raises(FileError, match="damaged or cut off"):
        read(path)


def test_an_encrypted_archive_is_said_to_be_one(tmp_path):
    path = archive_of(tmp_path, "zip")
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    path.write_bytes(data)
    with pytest.raises(FileError, match="encrypted"):
        read(path)


@pytest.mark.parametrize("kind", ["mbox.gz", "mbox.zst", "zip"])
def test_a_bomb_is_refused_before_it_fills_anything(tmp_path, kind, monkeypatch):
    for place in ("wkw.connectors.files.ALWAYS_FINE", "wkw.connectors.archives.ALWAYS_FINE"):
        monkeypatch.setattr(place, 1 << 20)
    path = tmp_path / kind
    bomb = boxed(written(body="")) + b"\0" * (64 << 20)
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bomb.mbox", bomb)
    else:
        path.write_bytes(squeezed(bomb, kind))
    with pytest.raises(FileError, match="unpacks to far more"):
        read(path)


def test_a_tar_of_holes_and_of_headers_about_headers_does_no_harm(tmp_path):
    def member(name: str, kind: bytes, data: bytes) -> bytes:
        info = tarfile.TarInfo(name)
        info.type, info.size = kind, len(data)
        return info.tobuf(tarfile.USTAR_FORMAT) + data + b"\0" * (-len(data) % 512)

    path = tmp_path / "odd.tar"
    path.write_bytes(member("x", tarfile.XHDTYPE, b"11 path=abc\n") * 5000 + b"\0" * 1024)
    with pytest.raises(FileError, match="damaged"):
        read(path)
