"""What holds for the whole house, whoever writes the next room."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROTOCOL = ROOT / "protocol" / "rochdale_protocol"
NODE = ROOT / "node" / "rochdale_node"
TUI = ROOT / "tui" / "rochdale_tui"

MODULE_LINES_MAX = 450
FUNCTION_LINES_MAX = 75

LONG: dict[str, str] = {
    "node/rochdale_node/book.py": "one driver of one exchange; its parts share every field",
    "node/rochdale_node/shelf.py": "collections and the search over them are one transaction",
    "node/rochdale_node/words.py": "a table with a sentence for each code",
    "protocol/rochdale_protocol/minutes/ledger.py": "the one place where a height's parts meet",
    "protocol/rochdale_protocol/sync/session.py": "a method for each message of one conversation",
    "tests/node/test_book.py": "one driver's cases on real links",
    "tests/protocol/sync/test_cold.py": "one transfer's forgeries side by side",
    "tests/tui/world.py:farms_world": "a table of what a book holds",
}
"""Modules (``path``) and functions (``path:name``) that may be longer, each with its reason."""


def forbidden() -> frozenset[str]:
    """Where I/O, clocks, chance and threads come from, as the wall around the protocol lists it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    return frozenset(next(each for each in contracts if each["id"] == "pure")["forbidden_modules"])


IMPURE = forbidden()
IMPURE_CALLS = frozenset({"eval", "exec", "float", "hash", "id", "input", "open", "print"})
"""``hash`` and ``id`` differ between processes, ``float`` between readers; the rest is I/O."""

PATH_OF_A_MACHINE = re.compile(r"""(?:^|[\s"'`=(]|file://)/(?:home|mnt|opt|root|work|Users)/\w""")


def sources(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name(path))


def imports(path: Path) -> Iterator[str]:
    """Top packages that a module itself imports, also inside functions."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def modules(package: Path) -> list[str]:
    """Dotted names of every module of a package, found without importing any."""
    paths = (path.relative_to(package.parent).with_suffix("") for path in sources(package))
    return [".".join(path.parts).removesuffix(".__init__") for path in paths]


def is_unordered(node: ast.expr) -> bool:
    """Whether an expression is plainly a set, whose order differs between processes."""
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub):
        return is_unordered(node.left) or is_unordered(node.right)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"set", "frozenset"}
    )


def impurities(module: ast.Module) -> Iterator[str]:
    """What a module of the pure core may not contain, each with its line."""
    for node in ast.walk(module):
        match node:
            case ast.Constant(value=float() | complex()):
                yield f"{node.lineno}: a float"
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                yield f"{node.lineno}: a division that makes a float"
            case ast.Call(func=ast.Name(id=called)) if called in IMPURE_CALLS:
                yield f"{node.lineno}: {called}()"
            case ast.For(iter=walked) | ast.comprehension(iter=walked) if is_unordered(walked):
                yield f"{walked.lineno}: iterates over a set without sorting it"
            case ast.Call(func=ast.Name(id="list" | "tuple" | "iter" | "enumerate"), args=[walked]):
                if is_unordered(walked):
                    yield f"{node.lineno}: lists a set without sorting it"
            case ast.Call(func=ast.Attribute(attr="join"), args=[walked]) if is_unordered(walked):
                yield f"{node.lineno}: joins a set without sorting it"
            case _:
                pass


@pytest.mark.parametrize("path", sources(PROTOCOL), ids=name)
def test_a_protocol_module_imports_nothing_impure(path: Path) -> None:
    """No module of the protocol can reach a file, a socket, a clock or a random number."""
    assert IMPURE.isdisjoint(imports(path))


@pytest.mark.parametrize("path", sources(PROTOCOL), ids=name)
def test_a_protocol_module_is_exact_and_ordered(path: Path) -> None:
    """No module of the protocol uses floats, I/O built-ins, or the order of a set."""
    assert list(impurities(tree(path))) == []


@pytest.mark.parametrize(
    "impure",
    [
        "x = 0.5",
        "x = 1 / 2",
        "x /= 2",
        "open('x')",
        "hash('x')",
        "for x in {1, 2}: pass",
        "[x for x in set(y)]",
        "tuple(frozenset(y))",
        "','.join({str(x) for x in y})",
        "for x in set(y) - z: pass",
    ],
)
def test_impurity_is_noticed(impure: str) -> None:
    """The check for exact, ordered code finds each thing that it forbids."""
    assert len(list(impurities(ast.parse(impure)))) == 1


def test_sorting_a_set_is_lawful() -> None:
    """A set that is sorted first, or only asked about, passes."""
    lawful = "for x in sorted({1, 2}): pass\n1 in {1, 2}\n7 // 2\nlen(set(y))"
    assert list(impurities(ast.parse(lawful))) == []


def test_the_tui_never_imports_the_node() -> None:
    """The TUI reaches a node only through its API; the node opens a UI by entry point alone."""
    assert [name(path) for path in sources(TUI) if "rochdale_node" in imports(path)] == []
    assert [name(path) for path in sources(NODE) if "rochdale_tui" in imports(path)] == []


IMPORT_ALL = """
import importlib, sys
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1].split(","):
            raise AssertionError(f"{name} was imported")
sys.meta_path.insert(0, Wall())
for module in sys.argv[2].split(","):
    importlib.import_module(module)
"""


@pytest.mark.parametrize(
    ("package", "walled"),
    [
        (PROTOCOL, "rochdale_node,rochdale_tui,aiohttp,cryptography,textual,sqlite_utils"),
        (TUI, "rochdale_node,sqlite_utils,cryptography,typer"),
        (NODE, "rochdale_tui,textual"),
    ],
    ids=["protocol", "tui", "node"],
)
def test_a_package_runs_without_what_is_behind_the_wall(package: Path, walled: str) -> None:
    """Every module of a package imports where the packages it may not use are absent."""
    wanted = [module for module in modules(package) if not module.endswith("__main__")]
    run = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, walled, ",".join(wanted)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(str(each.parent) for each in (PROTOCOL, NODE, TUI))},
    )
    assert run.returncode == 0, run.stderr


def committed() -> list[Path]:
    """Text files that git keeps; a release without git has been looked at before."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = (ROOT / each for each in listed.stdout.split("\0") if each)
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:4096]]


def registry_hosts() -> set[str]:
    """Hosts that this machine's pip installs from, by default or by its settings."""
    default = importlib.import_module("pip._internal.models.index").PyPI
    settings = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    found = {urlsplit(url).hostname for url in re.findall(r"https?://[^\s']+", settings.stdout)}
    return {default.netloc, default.file_storage_domain, *(host for host in found if host)}


def test_no_committed_file_names_a_machine_or_a_registry() -> None:
    """A fresh clone on any machine finds nothing that is true only of the one it was made on."""
    hosts = registry_hosts()
    named = [
        f"{name(path)}:{number}"
        for path in committed()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if PATH_OF_A_MACHINE.search(line) or any(host in line for host in hosts)
    ]
    assert named == []


def test_the_lock_holds_versions_and_hashes_alone() -> None:
    """Each locked requirement is exact and hashed, and none says where to fetch it."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    wanted = [line for line in text.split("\n") if line]
    assert wanted
    for line in wanted:
        assert re.fullmatch(r"[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}\s*", line), line
        assert "://" not in line


def test_modules_and_functions_stay_readable() -> None:
    """A module fits a reading, a function a screen; exceptions are listed with their reason."""
    long = []
    for path in sources(PROTOCOL, NODE, TUI, ROOT / "tests", ROOT / "benchmarks"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MODULE_LINES_MAX and name(path) not in LONG:
            long.append(f"{name(path)}: {lines} lines")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                place = f"{name(path)}:{node.name}"
                if lines > FUNCTION_LINES_MAX and place not in LONG:
                    long.append(f"{place}: {lines} lines")
    assert long == []


def test_every_test_states_its_claim() -> None:
    """Each test says in its docstring what it proves."""
    silent = [
        f"{name(path)}:{node.name}"
        for path in sources(ROOT / "tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_limit_has_its_reason() -> None:
    """Each bound in ``core/limits.py`` is followed by a line that says why it is that much."""
    body = tree(PROTOCOL / "core" / "limits.py").body
    limits = []
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            match after:
                case ast.Expr(value=ast.Constant(value=str())):
                    limits.append(node.target.id)
                case _:
                    pytest.fail(f"{node.target.id} has no reason")
    assert any(limit.endswith("_MAX") for limit in limits)
