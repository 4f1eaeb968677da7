"""Executes notebooks and makes pages of them: notebooks.py SCALE OUTPUT-FOLDER NOTEBOOK...

The notebooks themselves are left as they are. What ran before a failure is kept.
"""

import html
import pathlib
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter

SMOKE_SECONDS_A_CELL = 300


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def show_progress(name, text):
    if sys.stdout.isatty():
        print(f"\r\033[K{name}  {text}", end="", flush=True)


def failure(notebook, error):
    """What to tell of a failed notebook: the kernel's own words where it has some."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                if output.evalue.startswith("cell ["):
                    return "\n".join(output.traceback)
                return f"cell [{cell.execution_count}]: {output.ename}: {output.evalue}"
    done = sum(cell.execution_count is not None for cell in code_cells(notebook))
    return f"after {done} cells: {type(error).__name__}: {str(error).strip()}"


def execute(path, scale, folder):
    """Runs one notebook, writes it and its page, and returns what to tell if it failed."""
    name = path.stem
    notebook = nbformat.read(path, as_version=4)
    cells = code_cells(notebook)
    for cell in cells:
        cell.outputs, cell.execution_count = [], None
    started = time.time()

    def on_cell_start(cell, cell_index):
        if any(cell is other for other in cells):
            number = next(i for i, other in enumerate(cells, 1) if cell is other)
            show_progress(name, f"cell {number} of {len(cells)}, {time.time() - started:.0f} s")

    client = NotebookClient(
        notebook,
        kernel_name="java",
        timeout=SMOKE_SECONDS_A_CELL if scale == "smoke" else None,
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        on_cell_start=on_cell_start,
    )
    problem = None
    show_progress(name, "starting")
    try:
        client.execute()
    except KeyboardInterrupt:
        problem = "stopped from the keyboard"
        raise
    except Exception as error:
        problem = failure(notebook, error)
    finally:
        show_progress(name, "")
        notebook.metadata["lipkit_run"] = {
            "scale": scale,
            "seconds": round(time.time() - started, 1),
            "cells": len(cells),
            "cells_run": sum(cell.execution_count is not None for cell in cells),
            "status": "failed" if problem else "ok",
        }
        nbformat.write(notebook, folder / f"{name}.ipynb")
        page, _ = HTMLExporter().from_notebook_node(notebook, {"metadata": {"name": name}})
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return problem


def title_and_first_line(notebook, name):
    lines = [
        line.strip()
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.strip()
    ]
    title = next((line.lstrip("# ") for line in lines if line.startswith("#")), name)
    return title, next((line for line in lines if not line.startswith("#")), "")


def write_index(folder, names):
    rows = []
    for name in names:
        notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
        run = notebook.metadata["lipkit_run"]
        title, line = map(html.escape, title_and_first_line(notebook, name))
        rows.append(
            f'<tr class="{run["status"]}"><td><a href="{html.escape(name)}.html">{title}</a>'
            f"<br><small>{line}</small></td><td>{run['scale']}</td><td>{run['status']}</td>"
            f"<td>{run['seconds']:.0f} s</td></tr>"
        )
    (folder / "index.html").write_text(
        """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>LipKit notebooks</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 52em; margin: 3em auto; padding: 0 1em }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .5em; border-bottom: 1px solid #ccc }
.failed td:nth-child(3) { color: #b00; font-weight: bold }
</style>
<h1>LipKit notebooks</h1>
<table><tr><th>notebook</th><th>scale</th><th>status</th><th>time</th></tr>
"""
        + "\n".join(rows)
        + "\n</table></html>\n",
        encoding="utf-8",
    )


def main(scale, folder, *notebooks):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = sorted({pathlib.Path(notebook) for notebook in notebooks})
    problems = {}
    for path in paths:
        problem = execute(path, scale, folder)
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
    write_index(folder, [name for name in all_names if (folder / f"{name}.ipynb").exists()])
    print(f"Pages: {folder / 'index.html'}")
    return 1 if problems else 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
