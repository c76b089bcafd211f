"""The program as a process: start-up, pipes, signals, locales, terminals, completion."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cnnviz.views.tables import width
from tests.cli.conftest import OWN

ROOT = Path(__file__).resolve().parents[2]
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def environment(**more: str) -> dict[str, str]:
    """Of a plain UTF-8 machine, nothing of the tests' own."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "SYSTEMROOT")}
    plain = {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}
    return kept | plain | more


def call(*words: str, cwd: Path = ROOT, **more: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "cnnviz", *words]
    return subprocess.run(
        command, cwd=cwd, env=environment(**more), capture_output=True, timeout=120, check=False
    )


def test_list_starts_without_torch() -> None:
    code = (
        "import sys\nfrom cnnviz.cli import run\nstatus = run(['list'])\n"
        "heavy = {'torch', 'numpy', 'plotly', 'streamlit', 'typst'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"vgg16" in done.stdout


def test_mistake_has_status_2_and_one_line(tmp_path: Path) -> None:
    done = call("report", "vgg17", cwd=tmp_path, LANG="zh_CN.UTF-8")
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.splitlines()) == 1
    assert "没有名为" in done.stderr.decode()


def test_own_network_in_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(OWN, "utf-8")
    done = call("report", "mine:Net", "--input", "1,3,8,8", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["totals"]["params"] == 314


def test_reader_who_has_enough_hears_no_complaint() -> None:
    command = [sys.executable, "-m", "cnnviz", "report", "vgg16", "--json"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert said == b""
    assert process.returncode == 141


@pytest.mark.parametrize("words", ["report vgg11 --json", "list", "--help", "crosscheck lenet5"])
def test_output_that_cannot_be_written_is_one_sentence(words: str) -> None:
    """A full disk, and a standard output that was closed."""
    for where in (">/dev/full", ">&-"):
        line = f"exec {shlex.quote(sys.executable)} -m cnnviz {words} {where}"
        done = subprocess.run(
            ["sh", "-c", line], cwd=ROOT, env=environment(), capture_output=True, check=False
        )
        assert (done.returncode, done.stdout) == (2, b""), done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert done.stderr.startswith(b"cnnviz: The output could not be written")


def test_a_mistake_has_its_status_though_nobody_can_be_told() -> None:
    line = f"exec {shlex.quote(sys.executable)} -m cnnviz report nope 2>&-"
    done = subprocess.run(
        ["sh", "-c", line], cwd=ROOT, env=environment(), capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")


def test_ctrl_c_is_quiet(tmp_path: Path) -> None:
    source = (
        "import os, signal\n\n"
        # a shell starts what runs in its background with this one ignored
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n\n"
        "def slow():\n    os.kill(os.getpid(), signal.SIGINT)\n"
    )
    (tmp_path / "slow.py").write_text(source, "utf-8")
    done = call("report", "slow:slow", "--input", "1,3,8,8", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGINT, b"", b"")


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_terminals_that_are_not_utf8(encoding: str, lang: str) -> None:
    for words, status in (("--help", 0), ("list", 0), ("report vgg17", 2)):
        done = call(*words.split(), "--lang", lang, PYTHONIOENCODING=encoding)
        assert done.returncode == status, done.stderr
        text = (done.stdout + done.stderr).decode(encoding)
        assert "Traceback" not in text
        if encoding == "gbk" and lang == "zh":
            assert re.search(r"[\u4e00-\u9fff]", text)


def test_c_locale() -> None:
    done = call("list", LANG="", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0, done.stderr
    assert b"vgg16" in done.stdout


def on_terminal(columns: int, *words: str) -> list[str]:
    """Lines that a terminal of that width is given, colours taken off."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "cnnviz", *words]
    env = environment(COLUMNS=str(columns), TERM="xterm-256color")
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=follower, stderr=follower) as process:
        os.close(follower)
        chunks = []
        while True:
            try:
                chunk = os.read(leader, 65536)
            except OSError:  # the other end is closed
                break
            if not chunk:
                break
            chunks.append(chunk)
    os.close(leader)
    assert process.returncode == 0
    return ESCAPES.sub("", b"".join(chunks).decode()).splitlines()


@pytest.mark.parametrize("columns", [40, 80])
def test_a_terminal_gets_a_table_that_fits(columns: int) -> None:
    lines = on_terminal(columns, "list", "--lang", "zh")
    assert max(width(line) for line in lines) <= columns
    assert any("vgg16" in line for line in lines)
    assert "--csv" in lines[-1] or "--csv" in lines[-2]  # says that there is more


def test_shell_completion() -> None:
    def offered(line: str) -> list[str]:
        words = line.split(" ")
        done = call(
            _CNNVIZ_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1)
        )
        assert done.stderr == b""
        return done.stdout.decode().split()

    assert {"list", "ledger"} <= set(offered("cnnviz l"))
    assert set(offered("cnnviz report vgg16")) >= {"vgg16"}
    assert "lenet5" in offered("cnnviz report len")
    assert "input_size=" in offered("cnnviz report vgg16 --set in")
    assert "vgg" in offered("cnnviz ledger --paper v")
    assert "zh" not in offered("cnnviz report vgg")


def test_completion_script_is_for_cnnviz() -> None:
    done = call(_CNNVIZ_COMPLETE="source_bash")
    assert b"_CNNVIZ_COMPLETE=complete_bash" in done.stdout
