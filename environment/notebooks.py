"""Executes notebooks and makes pages of them: notebooks.py SCALE OUTPUT-FOLDER NOTEBOOK...

The notebooks themselves are left as they are. What ran before a failure is kept.
"""

import contextlib
import fcntl
import html
import html.parser
import json
import logging
import multiprocessing
import multiprocessing.connection
import os
import pathlib
import re
import shutil
import signal
import socket
import sys
import time
import zipfile

import nbformat
from jupyter_client.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html

SMOKE_SECONDS_A_CELL = 300
STOPS = (signal.SIGINT, signal.SIGTERM)
PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")
# Two kernels at once leave no core for Java's optimising compiler, and live too briefly for it.
SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
SCALES = {"smoke": "smoke test", "laptop": "recorded runs", "paper": "paper scale"}
MATHJAX = "META-INF/resources/webjars/mathjax/3.2.2/"
HEAD = r"""<script>
window.MathJax = {tex: {inlineMath: [["$", "$"], ["\\(", "\\)"]], processEscapes: true}}
</script>
<style>
.jp-RenderedImage img { max-width: min(100%, 64em) }
.jp-OutputArea-child { table-layout: fixed; width: 100% }
.jp-OutputPrompt { width: var(--jp-cell-prompt-width) }
.jp-OutputArea-output { width: auto }
.jp-OutputArea-output pre { word-break: normal !important; overflow-wrap: anywhere }
.jp-InputArea-editor .highlight pre { white-space: pre-wrap; overflow-wrap: anywhere }
.jp-RenderedMarkdown pre, .jp-RenderedMarkdown code { white-space: pre-wrap; overflow-wrap: anywhere }
.jp-RenderedMarkdown td code { overflow-wrap: normal }
@media (max-width: 40em) {
  body.jp-Notebook, .jp-Cell { padding-left: 4px; padding-right: 4px }
  .jp-InputPrompt, .jp-OutputPrompt, .jp-OutputArea-prompt, .jp-Collapser { display: none !important }
  .jp-RenderedHTML caption { position: sticky; left: 0; max-width: calc(100vw - 54px) }
  .jp-RenderedHTML :is(td, th):first-child {
    white-space: normal !important; min-width: 8em !important; max-width: 10em;
    position: sticky; left: 0; background: var(--jp-layout-color0, white)
  }
  .jp-RenderedMarkdown, .jp-RenderedImage { overflow-x: auto }
  .jp-RenderedImage img[width] { max-width: none !important }
}
</style>
"""
SMOKE = """**A smoke test, not a result.** Trainings on this page took seconds, on a few images, made-up
ones where the data are missing; they show that every cell works. Where the text tells of epochs,
sizes and numbers of images, it tells of the recorded runs. Their conclusions are left out;
`environment/run` makes the pages that have them."""


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def show_progress(name, text):
    if sys.stdout.isatty():
        print(f"\r\033[K{name}  {text}", end="", flush=True)


def failure(notebook, error):
    """What to tell of a failed notebook: the kernel's own words where it has some."""
    cells = code_cells(notebook)
    if not isinstance(error, CellTimeoutError):
        for number, cell in enumerate(cells, start=1):
            for output in cell.outputs:
                if output.output_type == "error":
                    lines = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
                    text = re.sub(r"\x1b\[[0-9;]*m", "", lines)
                    return f"cell [{number}]:\n" + re.sub(r"^-+\n", "", text).rstrip()
    number = max((cell.execution_count or 0 for cell in cells), default=0)
    if isinstance(error, CellTimeoutError):
        return f"cell [{number}]: took longer than {SMOKE_SECONDS_A_CELL} s, too long for smoke"
    return f"cell [{number}]: {type(error).__name__}: {str(error).strip()}"


def free_ports():
    """Ports for a kernel. Those that the system gives out itself, from 32768 on, may be taken before
    the kernel opens them, even by the program that waits for it."""
    port, ports = 10_000 + 16 * (os.getpid() % 1_000), []
    while len(ports) < len(PORTS):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            ports.append(port)
        port += 1
    return ports


def run_cells(notebook, path, scale):
    client = NotebookClient(
        notebook,
        kernel_name="java",
        timeout=SMOKE_SECONDS_A_CELL if scale == "smoke" else None,
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
    )
    client.create_kernel_manager()
    client.km.cache_ports = False  # or it would draw ports of its own
    for name, port in zip(PORTS, free_ports()):
        setattr(client.km, name, port)
    command = client.km.kernel_spec.argv
    if scale == "laptop" and pathlib.Path(command[0]).name == "java":
        command[1:1] = SHORT_LIVED
    total = len(code_cells(notebook))
    number = 0
    show_progress(path.stem, "starting")
    try:
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "code" and cell.source.strip():
                    number += 1
                    show_progress(path.stem, f"cell {number} of {total}")
                    cell.execution_count = number
                    client.execute_cell(cell, index, execution_count=number)
    finally:
        # A kernel that was still starting when Ctrl+C came is known to nobody else.
        if client.km is not None and run_sync(client.km.is_alive)():
            run_sync(client.km.shutdown_kernel)(now=True)


class TableText(html.parser.HTMLParser):
    """The rows of a piece of HTML as aligned columns, and its other words as lines."""

    def __init__(self):
        super().__init__()
        self.rows, self.hidden = [[]], 0

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("style", "script", "select")
        if tag in ("tr", "caption", "p", "div", "br"):
            self.rows.append([])
        if tag in ("td", "th", "caption", "p", "div", "br"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("style", "script", "select")

    def handle_data(self, data):
        if not self.hidden and data.strip():
            if not self.rows[-1]:
                self.rows[-1].append("")
            self.rows[-1][-1] += re.sub(r"\s+", " ", data)

    def text(self):
        rows = [[cell.strip() for cell in row] for row in self.rows if any(map(str.strip, row))]
        widths = {}
        for row in rows:
            if len(row) > 1:
                for place, cell in enumerate(row):
                    widths[place] = max(widths.get(place, 0), len(cell))
        return "\n".join(
            "  ".join(
                cell.ljust(widths[place]) if len(row) > 1 else cell for place, cell in enumerate(row)
            ).rstrip()
            for row in rows
        )


def readable(source):
    parser = TableText()
    parser.feed(source)
    return parser.text()


def put_text_beside_tables(notebook):
    """Kernels repeat the HTML of a table as its text; who reads or hears the text wants words. Of a
    picture they tell where it lies in memory."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            if "text/html" in data:
                data["text/plain"] = readable(data["text/html"])
            elif "image/png" in data:
                data["text/plain"] = "[picture]"


def headings(source):
    return "\n".join(line for line in source.splitlines() if line.startswith("#"))


def smoke_page(notebook):
    """Without what is said about recorded runs (cells with the tag "recorded"), and saying so."""
    cells = []
    for cell in notebook.cells:
        if "recorded" in cell.metadata.get("tags", []):
            cell = nbformat.from_dict({**cell, "source": headings(cell.source)})
        if cell.source.strip():
            cells.append(cell)
    cells.insert(min(1, len(cells)), nbformat.v4.new_markdown_cell(SMOKE))
    return nbformat.from_dict({**notebook, "cells": cells})


def with_folds_written_out(notebook):
    """Old versions of nbconvert show what <details> fold as it is written in Markdown."""
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            source = re.sub(
                r"(?s)(</summary>\n)\n(.*?)\n\n(?=</details>)",
                lambda fold: fold[1] + markdown2html(fold[2]) + "\n",
                cell.source,
            )
            cell = nbformat.from_dict({**cell, "source": source})
        cells.append(cell)
    return nbformat.from_dict({**notebook, "cells": cells})


def copy_mathjax(folder):
    """Puts what draws formulas beside the pages, so that they need no internet."""
    classpath = (folder.parent / "kernel-classpath.txt").read_text(encoding="utf-8").strip()
    jar = next(jar for jar in classpath.split(":") if re.search(r"mathjax-[\d.]+\.jar$", jar))
    (folder / "mathjax").mkdir(exist_ok=True)
    with zipfile.ZipFile(jar) as archive:
        for name in ("es5/tex-svg.js", "LICENSE"):
            (folder / "mathjax" / pathlib.Path(name).name).write_bytes(archive.read(MATHJAX + name))


def slides(notebook):
    """What shows a page as slides, where the notebook has slide types."""
    types = [cell.metadata.get("slideshow", {}).get("slide_type", "-") for cell in notebook.cells]
    if "slide" not in types:
        return ""
    source = (pathlib.Path(__file__).parent / "slides.html").read_text(encoding="utf-8")
    return source.replace("/*TYPES*/[]", json.dumps(types))


def page(notebook, path, folder):
    """The notebook as HTML that also fits a phone, with its links made to work there."""
    exporter = HTMLExporter(mathjax_url="mathjax/tex-svg.js", require_js_url="")
    shown = with_folds_written_out(notebook)
    html_page, _ = exporter.from_notebook_node(shown, {"metadata": {"name": path.stem}})
    home = os.path.relpath(path.parent, folder)
    html_page = html_page.replace('<script src=""></script>', "")
    html_page = html_page.replace("<head>", "<head>" + HEAD, 1)
    html_page = html_page.replace("</body>", slides(notebook) + "</body>", 1)
    html_page = html_page.replace('href="../README.md#the-notebooks"', 'href="index.html"')
    html_page = re.sub(r'href="([\w-]+)\.(?:ipynb|md)\b', r'href="\1.html', html_page)
    return re.sub(r'href="((?:results/|\.\./)[^"]*)"', rf'href="{home}/\1"', html_page)


def write_texts(texts, folder):
    """Makes pages of what lies beside the notebooks as Markdown, such as the glossary, and returns
    links to them."""
    links = []
    for text in sorted(texts):
        cell = nbformat.v4.new_markdown_cell(text.read_text(encoding="utf-8"))
        notebook = nbformat.v4.new_notebook(cells=[cell])
        (folder / f"{text.stem}.html").write_text(page(notebook, text, folder), encoding="utf-8")
        title, _ = title_and_first_line(notebook, text.stem)
        links.append(f'<a href="{html.escape(text.stem)}.html">{html.escape(title)}</a>')
    return links


def execute(path, scale, folder):
    """Runs one notebook, writes it and its page, and returns what to tell if it failed."""
    name = path.stem
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.setdefault("language_info", {"name": "java"})
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    started = time.time()
    problem = "stopped"
    try:
        run_cells(notebook, path, scale)
        problem = None
    except Exception as error:
        problem = failure(notebook, error)
    except KeyboardInterrupt:
        logging.disable()
        raise
    finally:
        show_progress(name, "")
        cells = code_cells(notebook)
        notebook.metadata["lipkit_run"] = {
            "scale": scale,
            "seconds": round(time.time() - started, 1),
            "cells": len(cells),
            "cells_run": sum(cell.execution_count is not None for cell in cells),
            "status": "failed" if problem else "ok",
        }
        put_text_beside_tables(notebook)
        nbformat.write(notebook, folder / f"{name}.ipynb")
        shown = smoke_page(notebook) if scale == "smoke" else notebook
        (folder / f"{name}.html").write_text(page(shown, path, folder), encoding="utf-8")
    return problem


def execute_apart(pipe, signals, path, scale, folder):
    """Runs one notebook in a process of its own, which blocks the given signals. An interrupt ends it
    quietly: main tells of it."""
    with contextlib.suppress(KeyboardInterrupt):
        signal.pthread_sigmask(signal.SIG_SETMASK, signals)
        pipe.send(execute(path, scale, folder))


def execute_all(paths, scale, folder):
    """Runs notebooks, yielding each with what to tell of it. Two go at a time with half of the cores
    each, but for the long trainings of the papers' scale. Interrupts are held back except while it
    waits for them: Python would drop one amid a fork."""
    at_once = 1 if scale == "paper" else min(2, len(paths))
    if at_once == 1:
        for path in paths:
            yield path, execute(path, scale, folder)
        return
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // at_once)))
    fork = multiprocessing.get_context("fork")
    waiting, running, lost = list(paths), {}, False
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                path = waiting.pop(0)
                told, tells = fork.Pipe(duplex=False)
                fork.Process(target=execute_apart, args=(tells, blocked, path, scale, folder)).start()
                tells.close()
                running[told] = path
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
            ready = multiprocessing.connection.wait(list(running))
            signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
            for told in ready:
                path = running.pop(told)
                try:
                    yield path, told.recv()
                except EOFError:
                    say = f"environment/run: {path.stem} ended early, perhaps for want of memory"
                    print(say, file=sys.stderr, flush=True)
                    waiting, lost = [], True
    finally:
        for process in multiprocessing.active_children():
            process.join()
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    if lost:
        sys.exit(1)


def without_emphasis(line):
    """A line of Markdown as plain text: asterisks around words are dropped, those of formulas stay."""
    return re.sub(r"(\*{1,2})(?=\S)([^*]*[^*\s])\1", r"\2", line)


def title_and_first_line(notebook, name):
    lines = [
        without_emphasis(line.strip())
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.strip()
    ]
    title = next((line.lstrip("# ") for line in lines if line.startswith("#")), name)
    return title, next((line for line in lines if not line.startswith("#")), "")


def write_index(folder, names, links):
    rows = []
    for name in names:
        notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
        run = notebook.metadata["lipkit_run"]
        about = notebook.metadata.get("lipkit", {})
        title, line = map(html.escape, title_and_first_line(notebook, name))
        rows.append(
            f'<tr class="{run["status"]}"><td><a href="{html.escape(name)}.html">{title}</a>'
            f"<br><small>{line}</small></td><td>{html.escape(str(about.get('level', '')))}</td>"
            f"<td>{about.get('minutes', '')}</td>"
            f"<td>{SCALES[run['scale']]}, {run['status']}, {run['seconds']:.0f} s</td></tr>"
        )
    (folder / "index.html").write_text(
        """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>LipKit notebooks</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 56em; margin: 3em auto; padding: 0 1em }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .5em; border-bottom: 1px solid #ccc }
.failed td:nth-child(4) { color: #b00; font-weight: bold }
@media (max-width: 40em) {
  th { display: none }
  tr { display: block; padding: .5em 0; border-bottom: 1px solid #ccc }
  td { display: inline; padding: 0; border: 0; font-size: smaller }
  td:first-child { display: block; font-size: inherit }
  td:nth-child(3)::before, td:nth-child(4)::before { content: " · " }
  td:nth-child(3)::after { content: " minutes to read" }
}
</style>
<h1>LipKit notebooks</h1>
<p>Read them in this order. Beside them: """
        + ", ".join(links)
        + """.</p>
<table><tr><th>notebook</th><th>level</th><th>minutes to read</th><th>this page</th></tr>
"""
        + "\n".join(rows)
        + "\n</table></html>\n",
        encoding="utf-8",
    )


def stop(*_):
    """Stops like Ctrl+C, once; processes that a shell began in the background ignore SIGINT."""
    for each in STOPS:
        signal.signal(each, signal.SIG_IGN)
    for process in multiprocessing.active_children():
        process.terminate()
    raise KeyboardInterrupt


def begin_anew(results):
    """Deletes what earlier runs at smoke scale left, but for one that is being written now; refuses
    while another environment/run at smoke scale goes on."""
    results.mkdir(parents=True, exist_ok=True)
    lock = open(results / "smoke.lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        sys.exit("environment/run: another one at smoke scale is running; let it end or stop it")
    for folder in results.glob("*/smoke"):
        if not is_being_written(folder):
            shutil.rmtree(folder)
    return lock


def is_being_written(folder):
    """Whether another program, such as environment/lipkit, holds the lock of a run's folder."""
    try:
        with open(folder / "checkpoint.lock", "r+") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def main(scale, folder, *notebooks):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    copy_mathjax(folder)
    lock = begin_anew(folder.parent / "results") if scale == "smoke" else None
    paths = sorted({pathlib.Path(notebook) for notebook in notebooks})
    problems = {}
    for path, problem in execute_all(paths, scale, folder):
        if problem:
            problems[path.stem] = problem
            print(f"{path.stem}: {problem}\n", flush=True)

    width = max(len(path.stem) for path in paths)
    print(f"{'notebook':{width}}  cells    status  seconds   ({scale})")
    for path in paths:
        run = nbformat.read(folder / f"{path.stem}.ipynb", as_version=4).metadata["lipkit_run"]
        cells = f"{run['cells_run']}/{run['cells']}"
        print(f"{path.stem:{width}}  {cells:7}  {run['status']:6}  {run['seconds']:7.1f}")
    all_names = sorted(path.stem for path in paths[0].parent.glob("*.ipynb"))
    links = write_texts(paths[0].parent.glob("*.md"), folder)
    write_index(folder, [name for name in all_names if (folder / f"{name}.ipynb").exists()], links)
    print(f"Pages: {folder / 'index.html'}")
    return 1 if problems else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    try:
        sys.exit(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        print("Stopped; what ran so far is kept under build/notebooks.", file=sys.stderr)
        sys.exit(130)
