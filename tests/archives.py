"""Archives as tests pack them."""

import gzip
import io
import tarfile
import zipfile

import zstandard


def packed(path, members, links=()):
    """An archive of the kind that its name tells, with members by name; a tar also has `links`, to /etc/passwd."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return path
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    path.write_bytes(squeezed(buffer.getvalue(), path.name))
    return path


def squeezed(data, kind):
    """Data compressed as the end of a name tells."""
    if kind.endswith("gz"):
        return gzip.compress(data)
    return zstandard.ZstdCompressor().compress(data) if kind.endswith("zst") else data
