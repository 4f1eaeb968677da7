"""Tests of the scripts in this folder, started by environment/test: script_tests.py [test...]

They change nothing outside a temporary folder. Most work in a made-up checkout, whose Maven fails.
"""

import base64
import contextlib
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock

import nbformat
from jupyter_client.manager import start_new_kernel
from nbclient.exceptions import CellExecutionError

HERE = pathlib.Path(__file__).resolve().parent
SCRIPTS = ("setup", "test", "run", "lab", "install-kernel", "bench", "cluster-local")
MODULES = ("lib", "environment/checker", "notebooks/kit", "environment/benchmark")
sys.path.insert(0, str(HERE))
import notebooks  # noqa: E402


def call(*command, **environment):
    """What a command prints on both streams, and its exit code."""
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **environment},
        timeout=120,
    )
    return done.stdout, done.returncode


def tools(script, *prefix, **environment):
    return call(*prefix, "bash", "-euc", f'source "{HERE}/tools.sh"; {script}', **environment)


def is_running(process):
    """Whether a process goes on. One that has ended but whose parent does not know is a zombie."""
    try:
        os.kill(process, 0)
        status = pathlib.Path(f"/proc/{process}/stat")
        return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


class InTemporaryFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()

    def checkout(self, name):
        """A checkout without sources, and a Maven that fails without a word of its own."""
        root = self.folder / name
        shutil.copytree(HERE, root / "environment", ignore=shutil.ignore_patterns("target", "src"))
        for module in MODULES:
            (root / module / "src" / "main").mkdir(parents=True, exist_ok=True)
            (root / module / "pom.xml").touch()
        (root / "pom.xml").touch()
        maven = self.folder / "bin" / "mvn"
        maven.parent.mkdir(exist_ok=True)
        maven.write_text("#!/bin/sh\necho the disk is full\nexit 1\n", encoding="utf-8")
        maven.chmod(0o755)
        return root

    def set_up(self, root, *words):
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return call(root / "environment" / "setup", *words, PATH=path)


class Scripts(InTemporaryFolder):
    def test_every_script_has_help_that_sets_nothing_up(self):
        root = self.checkout("house")
        for name in SCRIPTS:
            text, code = call(root / "environment" / name, "--help")
            self.assertEqual(0, code, text)
            self.assertIn(f"environment/{name}", text)
        self.assertFalse((root / "build").exists())

    def test_a_failing_maven_is_reported(self):
        root = self.checkout("house")
        for words in ((), ("--cluster",)):
            text, code = self.set_up(root, *words)
            self.assertEqual(1, code, text)
            self.assertIn("the disk is full", text)
            self.assertIn("the build failed", text)

    def test_links_lead_to_the_checkout(self):
        root = self.checkout("house")
        shutil.copytree(HERE.parent / "data-scripts", root / "data-scripts")
        (root / "environment" / "setup").write_text('#!/bin/sh\necho "$0"\nexit 3\n')
        links = self.folder / "links"
        links.mkdir()
        for script in ("environment/lipkit", "data-scripts/mnist"):
            link = links / pathlib.Path(script).name
            link.symlink_to(root / script)
            text, code = call(link, "--help")
            self.assertEqual((f"{root}/environment/setup\n", 3), (text, code))
        for name in SCRIPTS:
            (links / name).unlink(missing_ok=True)
            (links / name).symlink_to(HERE / name)
            text, code = call(links / name, "--help")
            self.assertEqual(0, code, text)
            self.assertIn(f"environment/{name}", text)

    def test_arguments_that_mean_nothing_are_refused(self):
        root = self.checkout("house")
        (root / "notebooks" / "00-first.ipynb").touch()
        for script, *words in (
            ("setup", "again"),
            ("run", ""),
            ("run", "laptop", ""),
            ("run", "/"),
            ("install-kernel", "--prefix", ""),
            ("install-kernel", "--prefix"),
        ):
            text, code = call(root / "environment" / script, *words)
            self.assertEqual((1, 1), (code, text.count("\n")), text)

    def test_a_home_that_is_no_folder_is_replaced(self):
        (self.folder / "file").touch()
        for home in (self.folder / "file", self.folder / "missing"):
            text, code = tools('echo "$HOME"', HOME=str(home))
            self.assertEqual((0, f"{HERE.parent}/build/home\n"), (code, text))

    def test_a_copied_checkout_is_built_anew(self):
        first = self.checkout("first")
        classes = first / "notebooks/kit/target/classes"
        classes.mkdir(parents=True)
        build = first / "build"
        build.mkdir()
        for name in ("classpath.txt", "kernel-classpath.txt", "benchmark-classpath.txt"):
            (build / name).write_text(f"{classes}:{first}\n", encoding="utf-8")
        shutil.copytree(first, self.folder / "second")
        text, _ = self.set_up(self.folder / "second")
        self.assertIn("the build failed", text)

    def test_a_colon_in_the_path_gives_one_sentence(self):
        text, code = self.set_up(self.checkout("a:b"))
        self.assertEqual(1, code, text)
        self.assertIn("colon", text)
        self.assertEqual(1, text.count("\n"), text)

    def test_other_locales_become_utf_8(self):
        show = 'echo "${LC_ALL:-} $OMP_WAIT_POLICY"'
        bare = {"LC_ALL": "", "LC_CTYPE": "", "LANG": "", "OMP_WAIT_POLICY": ""}
        for name in ("", "C", "POSIX", "tr_TR.ISO-8859-9"):
            text, _ = tools(show, **{**bare, "LANG": name})
            self.assertEqual("C.UTF-8 passive\n", text)
        text, _ = tools(show, **{**bare, "LANG": "ar_EG.utf8"})
        self.assertEqual(" passive\n", text)

    @unittest.skipUnless(hasattr(os, "getuid") and os.getuid() == 0, "only root can change users")
    @unittest.skipUnless(shutil.which("setpriv"), "there is no setpriv")
    def test_a_user_without_a_name_has_a_home(self):
        show = 'find_java; java "${JVM_FLAGS[@]}" -XshowSettings:properties -version'
        for home in ("/", "/tmp", ""):
            text, code = tools(
                show, "setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", HOME=home
            )
            self.assertEqual(0, code, text)
            (line,) = [line for line in text.splitlines() if " user.home = " in line]
            self.assertIn("= /", line)


class Processes(unittest.TestCase):
    def test_a_zombie_does_not_run(self):
        child = subprocess.Popen([sys.executable, "-c", "open(0).read()"], stdin=subprocess.PIPE)
        self.assertTrue(is_running(child.pid))
        child.stdin.close()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        self.assertFalse(is_running(child.pid), "its exit code is still to be fetched")
        child.wait()
        self.assertFalse(is_running(child.pid))


class Kernelspec(InTemporaryFolder):
    def setUp(self):
        super().setUp()
        self.mine = self.folder / "mine" / "kernels" / "java" / "kernel.json"

    def write(self, folder, class_path, scripts=HERE):
        return call(
            sys.executable,
            scripts / "kernelspec.py",
            folder,
            class_path,
            "-Dflag",
            JAVA_HOME="/jdk",
            JUPYTER_PATH=str(self.mine.parents[2]),
            HOME=str(self.folder),
        )

    def installed(self, spec):
        """What becomes of an installed kernelspec, the second time too, elsewhere and in place."""
        self.mine.parent.mkdir(parents=True)
        self.mine.write_text(json.dumps(spec), encoding="utf-8")
        elsewhere = self.folder / "build"
        for folder in (elsewhere, self.mine.parents[2], self.mine.parents[2], elsewhere):
            text, code = self.write(folder, "/lipkit:/ijava-1.3.0.jar")
            self.assertEqual((0, "your My Java"), (code, text))
        here = json.loads(self.mine.read_text(encoding="utf-8"))
        self.assertEqual(here, json.loads((elsewhere / "kernels/java/kernel.json").read_text()))
        return here

    def test_the_class_path_of_an_installed_kernel_is_kept(self):
        spec = self.installed(
            {
                "argv": ["java", "-jar", "{resource_dir}/ijava.jar", "{connection_file}"],
                "display_name": "My Java",
                "language": "java",
                "env": {"IJAVA_CLASSPATH": "/own.jar", "OMP_WAIT_POLICY": "active"},
            }
        )
        jar = str(self.mine.parent / "ijava.jar")
        self.assertEqual(["/jdk/bin/java", "-Dflag"], spec["argv"][:2])
        self.assertEqual(["-jar", jar, "{connection_file}"], spec["argv"][-3:])
        self.assertIn("-XX:+ExitOnOutOfMemoryError", spec["argv"])
        self.assertEqual("/lipkit:/own.jar", spec["env"]["IJAVA_CLASSPATH"])
        self.assertEqual("/lipkit", spec["env"]["JJAVA_CLASSPATH"])
        self.assertEqual("active", spec["env"]["OMP_WAIT_POLICY"])
        self.assertEqual("/jdk", spec["env"]["JAVA_HOME"])

    def test_flags_reach_a_launcher_through_the_environment(self):
        argv = ["/opt/launch-jjava", "{connection_file}"]
        options = {"JDK_JAVA_OPTIONS": "-Xmx9g"}
        spec = self.installed({"argv": argv, "display_name": "My Java", "env": options})
        self.assertEqual(argv, spec["argv"])
        options = spec["env"]["JDK_JAVA_OPTIONS"]
        self.assertRegex(options, "^-Dflag -XX:.*ExitOnOutOfMemoryError .*-Xmx9g$")

    def test_what_an_older_setup_wrote_is_replaced(self):
        root = self.checkout("house")
        old = root / "build" / "jupyter" / "kernels" / "java" / "kernel.json"
        old.parent.mkdir(parents=True)
        old.write_text('{"argv": ["thin"]}', encoding="utf-8")
        self.mine.parent.mkdir(parents=True)
        self.mine.write_text('{"argv": ["ijava"]}', encoding="utf-8")
        text, code = self.write(root / "build" / "jupyter", "/lipkit", root / "environment")
        self.assertEqual((0, "your Java kernel"), (code, text))
        self.assertIn("ijava", old.read_text(encoding="utf-8"))

    def test_another_kernel_is_not_overwritten(self):
        self.mine.parent.mkdir(parents=True)
        self.mine.write_text('{"argv": ["rapaio"]}', encoding="utf-8")
        text, code = self.write(self.mine.parents[2], "/lipkit:/ijava-1.3.0.jar")
        self.assertEqual(1, code, text)
        self.assertIn("another kernel", text)
        self.assertEqual('{"argv": ["rapaio"]}', self.mine.read_text(encoding="utf-8"))

    def test_a_damaged_jar_or_kernelspec_gives_one_sentence(self):
        jar = self.folder / "ijava-1.3.0.jar"
        jar.touch()
        text, code = self.write(self.folder / "build", f"/lipkit:{jar}")
        self.assertEqual(1, code, text)
        self.assertIn("not the file it should be", text)
        self.mine.parent.mkdir(parents=True)
        for damaged in ("", "{", "[]", '{"argv": 3}', '{"metadata": {"lipkit": {}}}'):
            self.mine.write_text(damaged, encoding="utf-8")
            text, code = self.write(self.folder / "build", "/lipkit:/ijava-1.3.0.jar")
            self.assertEqual((1, 1), (code, text.count("\n")), text)
            self.assertIn("cannot read", text)


class Runs(InTemporaryFolder):
    def test_sigterm_stops_what_runs_in_the_background(self):
        def ignoring(path, scale, folder):
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            time.sleep(60)

        paths = [self.folder / "00.ipynb", self.folder / "01.ipynb"]
        handler = signal.signal(signal.SIGTERM, notebooks.stop)
        interrupt = signal.getsignal(signal.SIGINT)
        started = time.time()
        threading.Timer(1, os.kill, (os.getpid(), signal.SIGTERM)).start()
        try:
            with unittest.mock.patch.object(notebooks, "execute", ignoring):
                with self.assertRaises(KeyboardInterrupt):
                    list(notebooks.execute_all(paths, "laptop", self.folder))
        finally:
            signal.signal(signal.SIGTERM, handler)
            signal.signal(signal.SIGINT, interrupt)
        self.assertLess(time.time() - started, 30)

    def test_kernels_get_ports_that_nobody_has(self):
        first = notebooks.free_ports()
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", first[2]))
            ports = notebooks.free_ports()
        self.assertEqual(len(set(ports)), 5)
        self.assertNotIn(first[2], ports)
        self.assertLess(max(ports), 32768)

    def test_two_smoke_runs_keep_out_of_each_others_way(self):
        kept = self.folder / "run" / "smoke"
        kept.mkdir(parents=True)
        lock = notebooks.begin_anew(self.folder)
        self.addCleanup(lock.close)
        self.assertFalse(kept.exists())
        kept.mkdir()
        with self.assertRaisesRegex(SystemExit, "let it end or stop it"):
            notebooks.begin_anew(self.folder)
        self.assertTrue(kept.exists())

    def test_a_run_that_is_being_written_is_not_deleted(self):
        folders = [self.folder / name / "smoke" for name in ("written", "stopped", "finished")]
        for folder in folders:
            folder.mkdir(parents=True)
        (folders[1] / "checkpoint.lock").touch()
        lock = folders[0] / "checkpoint.lock"
        hold = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX)"
        writer = subprocess.Popen(
            [sys.executable, "-c", f"{hold}; print(flush=True); input()", str(lock)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with writer:
            writer.stdout.readline()
            notebooks.begin_anew(self.folder).close()
            writer.communicate("\n")
        self.assertEqual([True, False, False], [folder.exists() for folder in folders])

    def test_a_failure_names_the_cell_without_colours(self):
        error = nbformat.v4.new_output(
            "error",
            ename="EvalException",
            evalue="/ by zero",
            traceback=["\x1b[1m\x1b[31m-----\x1b[0m", "\x1b[1m\x1b[31m/ by zero\x1b[0m", "\tat .(#1)"],
        )
        cells = [nbformat.v4.new_code_cell("1"), nbformat.v4.new_code_cell("1/0", outputs=[error])]
        notebook = nbformat.v4.new_notebook(cells=cells)
        told = notebooks.failure(notebook, CellExecutionError("", "EvalException", "/ by zero"))
        self.assertEqual("cell [2]:\n/ by zero\n\tat .(#1)", told)


def third_has_a_problem(path, scale, folder):
    return scale if path.stem == "03" else None


def whether_interrupts_are_held_back(*_):
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def first_stops_all(path, scale, folder):
    (folder / path.stem).touch()
    if path.stem == "00":
        os.kill(os.getppid(), signal.SIGINT)
        (folder / "sent").touch()
    while not (folder / "sent").exists():
        time.sleep(0.01)


def second_is_killed(path, scale, folder):
    if path.stem == "01":
        os.kill(os.getpid(), signal.SIGKILL)


class Pages(InTemporaryFolder):
    def page(self, scale, *cells):
        notebook = nbformat.v4.new_notebook(cells=list(cells))
        shown = notebooks.smoke_page(notebook) if scale == "smoke" else notebook
        return notebooks.page(shown, self.folder / "notebooks" / "00-a.ipynb", self.folder / "pages")

    def test_links_lead_to_pages_and_to_files(self):
        links = (
            "[all](../README.md#the-notebooks) [next](01-b.ipynb) [words](glossary.md)"
            " [run](results/r/run.json) [top](../README.md)"
        )
        page = self.page("laptop", nbformat.v4.new_markdown_cell(links))
        for target in (
            "index.html",
            "01-b.html",
            "glossary.html",
            "../notebooks/results/r/run.json",
            "../notebooks/../README.md",
        ):
            self.assertIn(f'href="{target}"', page)
        self.assertIn('src="mathjax/tex-svg.js"', page)
        self.assertNotIn("cdnjs.cloudflare.com/ajax/libs/mathjax", page)

    def test_texts_beside_the_notebooks_become_pages(self):
        text = self.folder / "words.md"
        text.write_text("# Words\n[first](00-a.ipynb), [again](words.md)", encoding="utf-8")
        self.assertEqual(['<a href="words.html">Words</a>'], notebooks.write_texts([text], self.folder))
        page = (self.folder / "words.html").read_text(encoding="utf-8")
        for part in ("<h1", 'href="00-a.html"', 'href="words.html"'):
            self.assertIn(part, page)

    def test_smoke_pages_leave_out_what_is_said_of_recorded_runs(self):
        title = nbformat.v4.new_markdown_cell("# Title")
        told = nbformat.v4.new_markdown_cell("## Part\nLMT wins.", metadata={"tags": ["recorded"]})
        only = nbformat.v4.new_markdown_cell("EMMA wins.", metadata={"tags": ["recorded"]})
        self.assertIn("LMT wins", self.page("laptop", title, told, only))
        page = self.page("smoke", title, told, only)
        self.assertIn("Part", page)
        self.assertIn("A smoke test, not a result", page)
        self.assertNotIn("wins", page)

    def test_each_notebook_is_run_once_and_tells_its_problem(self):
        paths = [pathlib.Path(f"{number:02}.ipynb") for number in range(5)]
        with unittest.mock.patch.object(notebooks, "execute", third_has_a_problem):
            for scale in ("smoke", "laptop"):
                found = dict(notebooks.execute_all(paths, scale, self.folder))
                self.assertEqual(sorted(found), paths)
                self.assertEqual(set(filter(None, found.values())), {scale})

    def test_none_is_begun_after_an_interrupt(self):
        # A program that a shell began in the background ignores interrupts.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        paths = [pathlib.Path(f"{number:02}.ipynb") for number in range(6)]
        with unittest.mock.patch.object(notebooks, "execute", first_stops_all):
            with self.assertRaises(KeyboardInterrupt):
                list(notebooks.execute_all(paths, "laptop", self.folder))
        self.assertLessEqual({path.name for path in self.folder.iterdir()}, {"00", "01", "sent"})

    def test_interrupts_are_held_back_as_before(self):
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
        self.addCleanup(signal.pthread_sigmask, signal.SIG_SETMASK, before)
        paths = [pathlib.Path(f"{number:02}.ipynb") for number in range(2)]
        for how, held_back in ((signal.SIG_BLOCK, True), (signal.SIG_UNBLOCK, False)):
            signal.pthread_sigmask(how, [signal.SIGINT])
            with unittest.mock.patch.object(notebooks, "execute", whether_interrupts_are_held_back):
                found = dict(notebooks.execute_all(paths, "laptop", self.folder))
            self.assertEqual({held_back}, set(found.values()))
            self.assertEqual(held_back, whether_interrupts_are_held_back())

    def test_a_notebook_that_the_system_ends_is_named(self):
        paths = [pathlib.Path(f"{number:02}.ipynb") for number in range(3)]
        found = {}
        with unittest.mock.patch.object(notebooks, "execute", second_is_killed):
            with contextlib.redirect_stderr(io.StringIO()) as told:
                with self.assertRaises(SystemExit):
                    found.update(notebooks.execute_all(paths, "laptop", self.folder))
        self.assertIn("01 ended early", told.getvalue())

    def test_a_notebook_with_slide_types_can_be_shown_as_slides(self):
        types = ("slide", "skip", "-")
        cells = [
            nbformat.v4.new_markdown_cell("Text.", metadata={"slideshow": {"slide_type": kind}})
            for kind in types
        ]
        page = self.page("laptop", *cells)
        self.assertIn(json.dumps(list(types)), page)
        self.assertIn("Show as slides", page)
        self.assertNotIn("Show as slides", self.page("laptop", cells[2]))

    def test_what_is_folded_is_no_markdown_on_a_page(self):
        fold = "<details>\n<summary>Hint</summary>\n\nTry `two`.\n\n```java\nint two;\n```\n\n</details>"
        page = self.page("laptop", nbformat.v4.new_markdown_cell(fold))
        self.assertIn("<code>two</code>", page)
        self.assertNotIn("```", page)

    def test_a_table_is_text_too(self):
        table = (
            "<style>td { color: red }</style><table><caption>Runs</caption>"
            "<tr><th>run</th><th>VRA</th></tr><tr><td>a &lt; b</td><td>96.1</td></tr></table>"
        )
        self.assertEqual("Runs\nrun    VRA\na < b  96.1", notebooks.readable(table))


class JavaKernel(unittest.TestCase):
    """What the notebooks need of the kernel that setup has made known."""

    @classmethod
    def setUpClass(cls):
        cls.manager, cls.client = start_new_kernel(kernel_name="java", startup_timeout=120)
        cls.run_cell(cls, "import org.lipkit.draw.*;")

    @classmethod
    def tearDownClass(cls):
        cls.client.stop_channels()
        cls.manager.shutdown_kernel(now=True)

    def run_cell(self, code, when_printing=lambda: None):
        """The messages of a cell until it ends: pairs of a type and a content."""
        sent = self.client.execute(code, allow_stdin=False)
        messages = []
        while ("status", "idle") != tuple(messages[-1:] and messages[-1]):
            message = self.client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") == sent:
                kind, content = message["msg_type"], message["content"]
                if kind == "stream":
                    when_printing()
                messages.append((kind, content.get("execution_state", content)))
        return [(kind, content) for kind, content in messages if isinstance(content, dict)][1:]

    def test_html_is_displayed(self):
        ((kind, content),) = self.run_cell('Show.html("<b>1</b>")')
        self.assertEqual(("display_data", "<b>1</b>"), (kind, content["data"]["text/html"]))

    def test_a_picture_has_its_width_in_units(self):
        draw = 'LineChart.of("x", "y").mark("m", 1, 2).draw(new Title("T", false))'
        for code, kind in ((draw, "execute_result"), (f"Show.image({draw});", "display_data")):
            (*_, (shown, content)) = self.run_cell(code)
            self.assertEqual(kind, shown)
            png = base64.b64decode(content["data"]["image/png"])
            self.assertEqual((1280).to_bytes(4, "big"), png[16:20])
            self.assertEqual({"width": 640}, content["metadata"]["image/png"])

    def test_progress_replaces_itself(self):
        messages = self.run_cell(
            'try (var live = LiveDisplay.create()) { live.update("1"); live.update("2"); }'
        )
        self.assertEqual(["display_data", "update_display_data"], [kind for kind, _ in messages])
        self.assertEqual(1, len({content["transient"]["display_id"] for _, content in messages}))

    def test_a_cell_can_be_interrupted(self):
        code = '{ System.out.println("begun"); Thread.sleep(100_000); }'
        (*_, (kind, _)) = self.run_cell(code, self.manager.interrupt_kernel)
        self.assertEqual("error", kind)
        ((_, content),) = self.run_cell("1 + 1")
        self.assertEqual("2", content["data"]["text/plain"])

    def test_a_kernel_ends_with_its_jupyter(self):
        start = "import jupyter_client.manager as m; k, c = m.start_new_kernel(kernel_name='java')"
        tell = "c.execute('1', reply=True); print(k.provisioner.pid, flush=True); input()"
        jupyter = subprocess.Popen(
            [sys.executable, "-c", f"{start}; {tell}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with jupyter:
            kernel = int(jupyter.stdout.readline())
            jupyter.kill()
        for _ in range(600):
            if not is_running(kernel):
                return
            time.sleep(0.1)
        os.kill(kernel, signal.SIGKILL)
        self.fail("the kernel goes on")


if __name__ == "__main__":
    unittest.main()
