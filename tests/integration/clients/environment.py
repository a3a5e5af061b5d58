"""Real clients from package registries: installed once below build/integration, outside the sources."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
FOLDER = os.path.join(ROOT, "build", "integration")
LIMIT = 300  # seconds an installation may take


class NotInstalled(Exception):
    """What is missing, and what the installer said."""


def _run(command, **options):
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=LIMIT, check=False, stdin=subprocess.DEVNULL, **options
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(f"{command[0]}: {error}") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        raise NotInstalled(f"{' '.join(command[:4])} ...: {said[-1] if said else done.returncode}")
    return done.stdout.decode(errors="replace")


def _once(kind, packages, install):
    """Runs install() unless these packages are there already."""
    mark = os.path.join(FOLDER, kind, "installed.json")
    try:
        with open(mark, encoding="utf-8") as file:
            there = set(json.load(file))
    except (OSError, ValueError):
        there = set()
    missing = sorted(set(packages) - there)
    if not missing:
        return
    os.makedirs(os.path.dirname(mark), exist_ok=True)
    install(missing)
    with open(mark, "w", encoding="utf-8") as file:
        json.dump(sorted(there | set(missing)), file)


def python_with(packages):
    """The interpreter of a virtual environment that has these PyPI packages ("name==version")."""
    folder = os.path.join(FOLDER, "python")
    python = os.path.join(folder, "venv", "bin", "python")

    def install(missing):
        if not os.path.exists(python):
            try:
                _run([sys.executable, "-m", "venv", os.path.join(folder, "venv")])
            except NotInstalled:
                debian(["python3-venv"])
                shutil.rmtree(os.path.join(folder, "venv"), ignore_errors=True)
                _run([sys.executable, "-m", "venv", os.path.join(folder, "venv")])
        _run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *missing])

    _once("python", packages, install)
    return python


def node_with(packages):
    """node, and a folder whose node_modules has these npm packages ("name@version")."""
    folder = os.path.join(FOLDER, "node")

    def install(missing):
        if shutil.which("npm") is None:
            debian(["nodejs", "npm"])
        _run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, *missing])

    _once("node", packages, install)
    return "node", folder


def debian(packages):
    """Debian packages, by apt if they are not there."""
    def is_there(package):
        done = subprocess.run(
            ["dpkg-query", "-W", "-f=${db:Status-Status}", package], capture_output=True, check=False
        )
        return done.stdout == b"installed"

    missing = [package for package in packages if not is_there(package)]
    if not missing:
        return
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    # A service that starts by itself would take its port from others.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    try:
        _run([*as_root, "apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing], env=environment)
    except NotInstalled:
        _run([*as_root, "apt-get", "update", "-qq"])
        _run([*as_root, "apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing], env=environment)


def need(install):
    """What install() gives, or the test is skipped, loudly."""
    try:
        return install()
    except NotInstalled as error:
        print(f"\nSKIPPED: a real client cannot be installed: {error}", file=sys.stderr, flush=True)
        raise unittest.SkipTest(f"cannot be installed: {error}") from None


def scratch(name):
    """A folder for generated configuration of a client, the same for the same name."""
    folder = os.path.join(FOLDER, "scratch", hashlib.sha256(name.encode()).hexdigest()[:12])
    os.makedirs(folder, exist_ok=True)
    return folder
