"""Tries the configurations of README.md in real editors: test.py PATH-OF-DLINT.

The blocks of the README are taken as they are. Each editor runs in a terminal of
its own (a pty) without a screen, opens a Dockerfile, and applies a fix that the
server offers; what is on disk then must be what the fix makes. An editor that is not
installed is named and left out.
"""
import fcntl
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
HERE = os.path.dirname(os.path.abspath(__file__))
BEFORE = "FROM scratch\nMAINTAINER a@example.com\n"
AFTER = 'FROM scratch\nLABEL org.opencontainers.image.authors="a@example.com"\n'


def block(lang):
    """The first block of the README in a language."""
    with open(os.path.join(HERE, "README.md"), encoding="utf-8") as f:
        return re.search(r"^```%s\n(.*?)^```$" % lang, f.read(), re.S | re.M).group(1)


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

    def until(self, text, seconds=60):
        end = time.time() + seconds
        while text not in self.seen:
            if time.time() > end:
                raise AssertionError("%r is not shown; there is %r" % (text, self.seen[-2000:]))
            self.read(0.2)

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
        with open(path, encoding="utf-8") as f:
            text = f.read()
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


def main():
    dlint = os.path.abspath(sys.argv[1])
    failed = False
    for name, programs, test in (("helix", ["hx", "helix"], helix), ("vim with ALE", ["vim.nox", "vim"], ale)):
        program = next((p for p in map(shutil.which, programs) if p), None)
        if program is None or test is ale and not os.path.isdir(ALE):
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
