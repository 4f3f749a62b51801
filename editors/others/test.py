"""Tries the configurations of README.md in real editors: test.py PATH-OF-DLINT.

The blocks of the README are taken as they are. Each editor runs in a terminal of
its own (a pty) without a screen, opens a Dockerfile, and applies a fix that the
server offers; what is on disk then must be what the fix makes. An editor that is not
installed is named and left out.
"""
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

ALE = "/usr/share/vim-ale"  # where Debian's package vim-ale puts it
# coc.nvim with its build/index.js, which neither Debian nor npm has, and the Node.js
# that it wants.
COC = os.environ.get("COC", "")
NODE = os.environ.get("COC_NODE") or shutil.which("node")
HERE = os.path.dirname(os.path.abspath(__file__))
BEFORE = "FROM scratch\nMAINTAINER a@example.com\n"
AFTER = 'FROM scratch\nLABEL org.opencontainers.image.authors="a@example.com"\n'


def block(lang, holds=""):
    """The first block of the README in a language that holds a text."""
    with open(os.path.join(HERE, "README.md"), encoding="utf-8") as f:
        found = re.findall(r"^```%s\n(.*?)^```$" % lang, f.read(), re.S | re.M)
    return next(b for b in found if holds in b)


class Terminal:
    """A program in a terminal."""

    def __init__(self, argv, env, cwd):
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(argv[0], argv, env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))

    def read(self, seconds):
        end = time.time() + seconds
        while time.time() < end:
            ready, _, _ = select.select([self.fd], [], [], 0.1)
            if not ready:
                continue
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return
            self.seen += data
            # Programs ask where the cursor is, and what the terminal can do.
            if b"\x1b[6n" in data:
                os.write(self.fd, b"\x1b[1;1R")
            if b"\x1b[c" in data:
                os.write(self.fd, b"\x1b[?62c")

    def until(self, text, seconds=60, keys=""):
        """Waits for a text to be shown, and types keys every two seconds."""
        end = time.time() + seconds
        while text not in self.seen:
            if time.time() > end:
                raise AssertionError("%r is not shown; there is %r" % (text, self.seen[-2000:]))
            if keys:
                self.type(keys)
            self.read(2 if keys else 0.2)

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def end(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def project(root):
    folder = os.path.join(root, "project")
    os.makedirs(os.path.join(folder, ".git"))
    path = os.path.join(folder, "Dockerfile")
    with open(path, "w", encoding="utf-8") as f:
        f.write(BEFORE)
    return folder, path


def fixed(term, path, seconds=60):
    end = time.time() + seconds
    text = ""
    while time.time() < end:
        term.read(0.2)
        try:
            with open(path, encoding="utf-8") as f:
                text = f.read()
        except FileNotFoundError:  # Helix moves the file away while it writes
            continue
        if text == AFTER:
            return
    raise AssertionError("the fix was not applied: %r; there is %r" % (text, term.seen[-2000:]))


def helix(program, root, env):
    folder, path = project(root)
    conf = os.path.join(root, ".config", "helix")
    os.makedirs(conf)
    with open(os.path.join(conf, "languages.toml"), "w", encoding="utf-8") as f:
        f.write(block("toml"))
    term = Terminal([program, path], env, folder)
    try:
        term.until("●".encode())  # the mark of a finding
        term.type(":2\r")
        term.until(b"MAINTAINER is deprecated")  # shown beside the line with the cursor
        term.type(" a")
        term.until(b"Replace MAINTAINER")
        term.type("\r")
        term.read(1)
        term.type("\r\x1b")
        term.read(1)
        term.type(":w\r")
        fixed(term, path)
    finally:
        term.end()
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]


def ale(program, root, env):
    folder, path = project(root)
    vimrc = os.path.join(root, "vimrc")
    with open(vimrc, "w", encoding="utf-8") as f:
        f.write("set nocompatible\nfiletype plugin on\nset runtimepath^=%s\n" % ALE + block("vim"))
        # Files of the linters Vim knows for Dockerfiles are left out.
        f.write("let g:ale_linters = {'dockerfile': ['dlint']}\n")
    term = Terminal([program, "-u", vimrc, "-i", "NONE", "-n", path], env, folder)
    try:
        term.read(3)
        term.type(":call cursor(2, 1)\r")
        term.until(b"MAINTAINER is deprecated")
        term.type(":ALECodeAction\r")
        term.until(b"Replace MAINTAINER")
        term.type("1\r")
        term.read(2)
        term.type(":w\r")
        fixed(term, path)
    finally:
        term.end()
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[4]


def coc(program, root, env):
    folder, path = project(root)
    with open(os.path.join(root, "coc-settings.json"), "w", encoding="utf-8") as f:
        f.write(block("json", "languageserver"))
    vimrc = os.path.join(root, "vimrc")
    with open(vimrc, "w", encoding="utf-8") as f:
        f.write("set nocompatible\nfiletype plugin on\nset updatetime=100\nset runtimepath^=%s\n" % COC)
        f.write("let g:coc_node_path = '%s'\n" % NODE)
        f.write("let g:coc_config_home = '%s'\nlet g:coc_data_home = '%s/coc'\n" % (root, root))
    term = Terminal([program, "-u", vimrc, "-i", "NONE", "-n", path], env, folder)
    try:
        # The finding is shown when the cursor comes to rest there.
        term.until(b"MAINTAINER is deprecated", keys=":call cursor(1, 1)\r:call cursor(2, 1)\r")
        term.type(":call CocAction('doQuickfix')\r")
        term.read(2)
        term.type(":w\r")
        fixed(term, path)
    finally:
        term.end()
    with open(os.path.join(COC, "package.json"), encoding="utf-8") as f:
        return json.load(f)["version"]


def main():
    dlint = os.path.abspath(sys.argv[1])
    failed = False
    vims = ["vim.nox", "vim"]
    for name, programs, there, test in (
        ("helix", ["hx", "helix"], True, helix),
        ("vim with ALE", vims, os.path.isdir(ALE), ale),
        ("vim with coc.nvim", vims, os.path.isfile(os.path.join(COC, "build", "index.js")), coc),
    ):
        program = next((p for p in map(shutil.which, programs) if p), None)
        if program is None or not there:
            print("%s: not installed, not tried" % name)
            continue
        with tempfile.TemporaryDirectory() as root:
            bin_dir = os.path.join(root, "bin")
            os.mkdir(bin_dir)
            os.symlink(dlint, os.path.join(bin_dir, "dlint"))
            env = {"PATH": bin_dir + ":" + os.environ["PATH"], "HOME": root, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
            try:
                print("%s: ok (%s)" % (name, test(program, root, env)))
            except AssertionError as e:
                failed = True
                print("%s: FAIL: %s" % (name, e))
    sys.exit(failed)


main()
