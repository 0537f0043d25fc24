"""Debian packages without installing them: private apt folders, `apt-get download`, `dpkg -x`.

Works as root and as any user, and never touches the system: apt gets a configuration of its own that
keeps its lists, cache and status below the folder given. Mirror and keyring are those that the
machine's own sources name.
"""

import glob
import os
import re
import shutil
import subprocess
from pathlib import Path

_APT_HELPER = "/usr/lib/apt/apt-helper"  # what apt itself fetches single files with
_ATTEMPTS = 3  # a mirror that failed three times in a row is down, not slow
_UPDATE_SECONDS = 300  # the indexes are 30 MB
_DOWNLOAD_SECONDS = 900  # the largest closure, a browser, is 250 MB
_UNREAD = ("doc", "icons", "info", "lintian", "locale", "man")  # of usr/share: 90 MB of a browser's closure
_KEPT_FIELDS = ("Signed-By", "Trusted")


class DebError(Exception):
    """Debian packages cannot be had; the text says why and what to do next."""


def architecture():
    """Return dpkg's name of this machine's architecture."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise DebError("apt-get and dpkg are not on PATH: this set-up needs Debian or a relative of it")
    return subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()


def _stanzas(text):
    """Yield the stanzas of a deb822 file as dicts; continuation lines keep their form."""
    for block in re.split(r"\n\s*\n", text):
        fields, name = {}, None
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in " \t" and name:
                fields[name] += "\n" + line
            elif ":" in line:
                name, value = line.split(":", 1)
                name = name.strip().title()
                fields[name] = value.strip()
        if fields:
            yield fields


def _one_liners(text):
    """Yield the `deb` lines of a sources.list as deb822 dicts."""
    for line in text.splitlines():
        found = re.match(r"\s*deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)", line)
        if not found:
            continue
        options, uri, suite, components = found.groups()
        fields = {"Types": "deb", "Uris": uri, "Suites": suite, "Components": components.strip()}
        for option in (options or "").split():
            name, _, value = option.partition("=")
            fields[name.title()] = value.replace(",", " ")
        yield fields


def _codename():
    text = Path("/etc/os-release").read_text()
    found = re.search(r'^VERSION_CODENAME="?([^"\n]+)', text, re.M)
    return found.group(1) if found else "stable"


def system_sources():
    """Return the machine's own Debian sources as deb822 dicts, third parties' repositories left out.

    Raises DebError when there are none.
    """
    own = {_codename() + tail for tail in ("", "-updates", "-security")} | {"stable", "stable-updates"}
    found = []
    for path in ["/etc/apt/sources.list", *sorted(glob.glob("/etc/apt/sources.list.d/*"))]:
        if not path.endswith((".list", ".sources")) or not Path(path).is_file():
            continue
        text = Path(path).read_text()
        for fields in (_stanzas if path.endswith(".sources") else _one_liners)(text):
            ours = own.intersection(s.partition("/")[0] for s in fields.get("Suites", "").split())
            enabled = fields.get("Enabled", "yes").lower() not in ("no", "false", "0")
            binary = "deb" in fields.get("Types", "").split()
            if ours and enabled and binary and "main" in fields.get("Components", "").split():
                found.append(dict(fields, Suites=" ".join(s for s in fields["Suites"].split() if s in own)))
    found = [fields for fields in found if fields["Suites"]]
    if not found:
        raise DebError("no Debian mirror in /etc/apt/sources.list or sources.list.d: add one and run again")
    return found


def mirror_of(sources):
    """Return the source among `sources` that carries the whole release (not updates or security)."""
    for fields in sources:
        if {_codename(), "stable"}.intersection(fields["Suites"].split()):
            return fields
    raise DebError("the machine's apt sources name no mirror of its own release: add one and run again")


def _stanza_text(fields, architectures):
    lines = [
        "Types: deb",
        f"URIs: {fields['Uris']}",
        f"Suites: {fields['Suites']}",
        f"Components: {fields['Components']}",
        f"Architectures: {' '.join(architectures)}",
        "Targets: Packages",
    ]
    lines += [f"{name}: {fields[name]}" for name in _KEPT_FIELDS if name in fields]
    return "\n".join(lines) + "\n"


class Apt:
    """A private apt: its folder, its sources and its idea of what is installed."""

    def __init__(self, folder, sources, architectures, status=None, say=print):
        """`sources` is a list of (deb822 dict, architectures); `status` is a dpkg status file, none = nothing."""
        self._folder, self._say = Path(folder), say
        self._sources, self._architectures = sources, architectures
        self._status = status
        self._updated = False

    def _configure(self):
        folder = self._folder
        for name in ("state/lists/partial", "cache/archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        text = "\n".join(_stanza_text(*source) for source in self._sources)
        changed = not (folder / "own.sources").exists() or (folder / "own.sources").read_text() != text
        (folder / "own.sources").write_text(text)
        if self._status:
            shutil.copyfile(self._status, folder / "status")
        else:
            (folder / "status").write_text("")
        # Read first; sends apt to main.conf in place of /etc/apt/apt.conf, after /etc/apt/apt.conf.d (proxies)
        (folder / "first.conf").write_text(f'Dir::Etc::main "{folder}/main.conf";\n')
        system = '#include "/etc/apt/apt.conf";\n' if Path("/etc/apt/apt.conf").is_file() else ""
        settings = {
            "Dir::State": f"{folder}/state",
            "Dir::State::status": f"{folder}/status",
            "Dir::Cache": f"{folder}/cache",
            "Dir::Etc::sourcelist": f"{folder}/own.sources",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::Cache::pkgcache": "",  # 180 MB that save a second
            "Dir::Cache::srcpkgcache": "",
            "Acquire::GzipIndexes": "true",
            "APT::Architecture": self._architectures[0],
            "APT::Sandbox::User": "root",
            "APT::Install-Recommends": "false",
            "Acquire::Languages": "none",
            "Acquire::PDiffs": "false",
            "Acquire::Retries": "3",
            "Acquire::http::Timeout": "30",
            "Acquire::https::Timeout": "30",
            "Debug::NoLocking": "true",
        }
        lines = [f'{name} "{value}";' for name, value in settings.items()]
        # The system's hooks after an update would write to the system's folders
        lines += [f"#clear APT::Update::{hook};" for hook in ("Pre-Invoke", "Post-Invoke", "Post-Invoke-Success")]
        lines += ["#clear APT::Architectures;"]
        lines += [f'APT::Architectures:: "{name}";' for name in self._architectures]
        (folder / "main.conf").write_text(system + "\n".join(lines) + "\n")
        return changed

    def _run(self, command, seconds, cwd=None):
        """Run an apt program; return (exit code, output), with exit code 124 for one that took too long."""
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
        environment |= _proxies()
        environment["APT_CONFIG"] = str(self._folder / "first.conf")
        try:
            done = subprocess.run(
                command,
                cwd=cwd,
                env=environment,
                timeout=seconds,
                text=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except subprocess.TimeoutExpired as error:
            output = error.stdout or b""
            return 124, (output.decode() if isinstance(output, bytes) else output) + f"\nno end after {seconds} s"
        return done.returncode, done.stdout

    def update(self, again=False):
        """Fetch the package indexes unless they are there."""
        changed = self._configure()
        stamp = self._folder / "updated"
        if stamp.exists() and not changed and not again:
            self._updated = True
            return
        self._say("apt: fetching the package indexes")
        for attempt in range(_ATTEMPTS):
            code, output = self._run(["apt-get", "-qq", "update", "--error-on=any"], _UPDATE_SECONDS)
            if code == 0:
                stamp.touch()
                self._updated = True
                return
            self._say(f"apt: attempt {attempt + 1} of {_ATTEMPTS} failed")
        raise DebError(f"apt-get update failed:\n{output.strip()}\nCheck the network and the mirror, and run again")

    def versions(self, package):
        """Return the versions on offer of `package` (`name` or `name:arch`), newest first."""
        self._ready()
        _, output = self._run(["apt-cache", "madison", package], 60)
        return [line.split("|")[1].strip() for line in output.splitlines() if line.count("|") == 2]

    def closure(self, packages):
        """Return `name=version` of `packages` and of all they need that is not installed."""
        self._ready()
        command = ["apt-get", "-s", "-q", "--no-install-recommends", "install", *packages]
        code, output = self._run(command, 120)
        if code:
            raise DebError(f"apt cannot resolve {' '.join(packages)}:\n{output.strip()}")
        found = re.findall(r"^Inst (\S+) (?:\[[^]]*\] )?\((\S+) .*?\[(\w+)\]", output, re.M)
        return [f"{name.partition(':')[0]}:{arch}={version}" for name, version, arch in found]

    def unpack(self, packages, root, keep=lambda name: True):
        """Download `packages` (apt's own ways to name them) and unpack them into `root`, made anew.

        Returns the number of bytes downloaded.
        """
        self._ready()
        return self._unpack(root, keep, lambda folder: self._download(packages, folder))

    def unpack_files(self, files, root):
        """The same for packages given as (URL, SHA-256), without any index; another file is refused by apt itself."""
        self._configure()
        return self._unpack(root, lambda name: True, lambda folder: self._download_files(files, folder))

    def _unpack(self, root, keep, download):
        root = Path(root)
        debs, fresh = root.with_name(root.name + ".debs"), root.with_name(root.name + ".new")
        for folder in (debs, fresh):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        download(debs)
        size = 0
        for deb in sorted(debs.glob("*.deb")):
            size += deb.stat().st_size
            if keep(deb.name.partition("_")[0]):
                subprocess.run(["dpkg", "-x", str(deb), str(fresh)], check=True)
        shutil.rmtree(debs)
        for name in _UNREAD:
            shutil.rmtree(fresh / "usr/share" / name, ignore_errors=True)
        shutil.rmtree(root, ignore_errors=True)
        fresh.rename(root)
        return size

    def _download_files(self, files, folder):
        for url, digest in files:
            target = folder / url.rpartition("/")[2]
            command = [_APT_HELPER, "download-file", url, str(target), "SHA256:" + digest]
            for _ in range(_ATTEMPTS):
                code, output = self._run(command, _DOWNLOAD_SECONDS)
                if code == 0:
                    break
            else:
                said = [line for line in output.splitlines() if line.startswith("E:")] or [output.strip()[-200:]]
                raise DebError(f"{target.name} cannot be fetched ({said[-1]})")

    def _download(self, packages, folder):
        for attempt in range(_ATTEMPTS):
            code, output = self._run(["apt-get", "-q", "download", *packages], _DOWNLOAD_SECONDS, folder)
            if code == 0:
                return
            self._say(f"apt: download attempt {attempt + 1} of {_ATTEMPTS} failed")
            if attempt == 0:
                self.update(again=True)  # the archive may have moved on since the indexes were fetched
        raise DebError(f"apt-get download {' '.join(packages)} failed:\n{output.strip()[-2000:]}\nRun again")

    def _ready(self):
        if not self._updated:
            self.update()


def _proxies():
    return {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}


def is_not_libc(package):
    """Tell whether `package` may be mixed with the system's own loader (a second libc may not)."""
    return package not in ("libc6", "libc-bin", "libc-l10n", "locales")


def library_path(root):
    """Return the folders below `root` that hold shared libraries, as LD_LIBRARY_PATH wants them."""
    places = [path for top in ("lib", "usr/lib") for path in Path(root).glob(f"{top}/*-linux-gnu*/**/lib*.so*")]
    return ":".join(sorted({str(path.parent) for path in places if path.is_file()}))
