# Sourced by the scripts beside it: where things lie and which tools to use.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/build
CLASSPATH_FILE=$BUILD/classpath.txt
ENGINE_FILE=$BUILD/engine.env

# The engine's threads spin while they wait for each other, which costs up to fifty times the work
# as soon as another program wants a core; sleeping instead costs a tenth or two at most.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}
# What one training step frees serves the next: were it handed back to the system, fetching it
# again would cost a step up to a tenth of its time.
export GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.arena_max=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184}
# No warnings about the engine's own internals.
export TORCH_CPP_LOG_LEVEL=${TORCH_CPP_LOG_LEVEL:-ERROR}

fail() {
  printf 'environment/%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
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
      export JAVA_HOME=$home
      JVM_FLAGS=(-Djava.awt.headless=true -XX:MaxRAMPercentage=50)
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

# What every script but setup begins with.
set_up() {
  "$ROOT/environment/setup" || exit
  find_java
  find_jupyter
  source "$ENGINE_FILE"
  if [ -d "$BUILD/jupyter/kernels" ]; then
    export JUPYTER_PATH=$BUILD/jupyter${JUPYTER_PATH:+:$JUPYTER_PATH}
  fi
  IJAVA_CLASSPATH=$(cat "$CLASSPATH_FILE")
  export IJAVA_CLASSPATH JJAVA_CLASSPATH=$IJAVA_CLASSPATH
}
