# Sourced by the scripts beside it: where things lie and which tools to use.

fail() {
  printf 'environment/%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
case $ROOT in
  *:*) fail "Java takes no class path with a colon in it; rename or move the folder $ROOT" ;;
esac
BUILD=$ROOT/build
CLASSPATH_FILE=$BUILD/classpath.txt
KERNEL_CLASSPATH_FILE=$BUILD/kernel-classpath.txt
CLUSTER_CLASSPATH_FILE=$BUILD/cluster-classpath.txt
ENGINE_FILE=$BUILD/engine.env

# In another locale Java cannot open files whose names are not ASCII.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
  *[Uu][Tt][Ff]8 | *[Uu][Tt][Ff]-8) ;;
  *) export LC_ALL=C.UTF-8 ;;
esac
# Maven, Jupyter and the engine keep files at home.
if [ ! -d "${HOME:-}" ] || [ ! -w "$HOME" ]; then
  export HOME=$BUILD/home OWN_HOME=-Duser.home=$BUILD/home
fi
# Java believes that a user without a name lives in a folder named "?".
id -un >/dev/null 2>&1 || export OWN_HOME=-Duser.home=$HOME
# The programs that are started here have other working directories.
case ${LIPKIT_DATA:-/} in
  /*) ;;
  *) export LIPKIT_DATA=$PWD/$LIPKIT_DATA ;;
esac
# The engine's threads spin while they wait for each other, which costs up to fifty times the work
# as soon as another program wants a core; sleeping instead costs a tenth or two at most.
# A thread looks for new work for some microseconds before it sleeps, though: being woken takes
# longer than a small layer's share of work.
# In small letters, because a Turkish locale does not take PASSIVE for passive.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-1000}
# What one training step frees serves the next: were it handed back to the system, fetching it
# again would cost a step up to a tenth of its time.
export GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.arena_max=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184}
# No warnings about the engine's own internals.
export TORCH_CPP_LOG_LEVEL=${TORCH_CPP_LOG_LEVEL:-ERROR}

# Prints what a script says of itself in its first lines, if that is asked for.
show_help() {
  case ${1:-} in
    -h | --help)
      sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
      exit
      ;;
  esac
}

# The major version of the JDK in a directory; nothing if there is none.
jdk_version() {
  [ -x "$1/bin/javac" ] && sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

# Sets JAVA_HOME to a JDK that is new enough: the one chosen, the one on the path, any other.
find_java() {
  local on_path home version
  on_path=$(command -v java || true)
  for home in "${JAVA_HOME:-}" \
    "${on_path:+$(dirname "$(dirname "$(readlink -f "$on_path")")")}" \
    "$(/usr/libexec/java_home -v 17+ 2>/dev/null || true)" \
    /usr/lib/jvm/*; do
    version=$(jdk_version "$home" || true)
    if [ -n "$version" ] && [ "$version" -ge 17 ]; then
      export JAVA_HOME=$home PATH=$home/bin:$PATH
      # A cell's own numbers have a decimal point, as the tables have, whatever the system speaks.
      JVM_FLAGS=(-Djava.awt.headless=true -XX:MaxRAMPercentage=50 -Duser.language=en
        -Duser.country=US ${OWN_HOME:+"$OWN_HOME"})
      if [ "$version" -ge 22 ]; then
        JVM_FLAGS+=(--enable-native-access=ALL-UNNAMED)
      fi
      return 0
    fi
  done
  return 1
}

# Sets PYTHON to the one that has Jupyter: an active environment's, the system's, the path's.
find_jupyter() {
  local python
  for python in "${CONDA_PREFIX:-}/bin/python3" "${VIRTUAL_ENV:-}/bin/python3" /usr/bin/python3 \
    "$(command -v python3 || true)"; do
    if [ -x "$python" ] && "$python" -c '
import importlib.util, sys
needed = ("nbconvert", "nbclient", "jupyter_client")
sys.exit(not all(importlib.util.find_spec(name) for name in needed))' 2>/dev/null; then
      PYTHON=$python
      return 0
    fi
  done
  return 1
}

# What every script but setup begins with. Takes the arguments of setup.
set_up() {
  "$ROOT/environment/setup" "$@" || exit
  find_java
  find_jupyter
  source "$ENGINE_FILE"
  export JUPYTER_PATH=$BUILD/jupyter${JUPYTER_PATH:+:$JUPYTER_PATH}
}

# Makes a Java kernel with LipKit known to a Jupyter that looks in a folder; prints its name.
write_kernelspec() {
  "$PYTHON" "$ROOT/environment/kernelspec.py" "$1" "$(cat "$KERNEL_CLASSPATH_FILE")" \
    "${JVM_FLAGS[@]}"
}
