#!/usr/bin/env bash
# Builds, runs and tests LlamaInterop on Linux and macOS; build.ps1 is its twin for Windows.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
configuration=Release
cli_project=$root/src/LlamaInterop.Cli
cli=$cli_project/bin/$configuration/net10.0/llama-interop.dll
dotnet=dotnet

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

usage() {
    cat <<'END'
usage: ./build.sh [VERB] [ARGUMENTS]

  build                  the native library and everything managed (default)
  run ARGUMENTS          llama-interop run ARGUMENTS, built first where needed
  bench ARGUMENTS        llama-interop bench ARGUMENTS, likewise
  test                   the native checks (CTest), then the managed tests (NUnit)
    --arm64              only the native checks, cross-compiled, under qemu-user
    --sanitize           only the native checks, with ASan and UBSan
    --full               all of the above, and the long managed tests
  bindings               regenerate the P/Invoke layer from llamakernels.h
    --cppsharp DIR       with the CppSharp assemblies in DIR, not the package's
  clean                  delete what was built
  help                   this text

Everything but the output of `run` and `bench` and of the tests goes to stderr.
END
}

note() { echo "build.sh: $*" >&2; }
fail() { note "$*"; exit 1; }
refuse() { note "$*; see ./build.sh help"; exit 2; }
have() { command -v "$1" >/dev/null 2>&1; }

# quietly LOG COMMAND...: runs COMMAND and shows what it wrote only when it fails.
quietly() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 </dev/null && return
    tail -n 60 "$log" >&2
    fail "failed: $* (all of it: ${log#"$root"/})"
}

# Installs Debian packages where that needs no question; elsewhere ends with the command to type.
install_packages() {
    if have apt-get && [ "$(id -u)" = 0 ]; then
        note "installing $*"
        export DEBIAN_FRONTEND=noninteractive
        quietly "$root/build/logs/apt.log" apt-get update
        quietly "$root/build/logs/apt.log" apt-get install -y --no-install-recommends "$@"
    elif have apt-get; then
        fail "missing tools; type: sudo apt-get install -y $*"
    elif have brew; then
        fail "missing tools; type: xcode-select --install; brew install cmake ninja"
    elif have dnf; then
        fail "missing tools; type: sudo dnf install -y cmake ninja-build gcc"
    elif have pacman; then
        fail "missing tools; type: sudo pacman -S cmake ninja gcc"
    else
        fail "missing tools: install cmake, ninja (or make) and a C11 compiler"
    fi
}

find_native_tools() {
    local missing=()
    have cmake || missing+=(cmake)
    have ninja || have make || missing+=(ninja-build)
    have cc || have gcc || have clang || missing+=(gcc libc6-dev)
    [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
}

# Sets $dotnet to the first one whose SDK satisfies global.json.
find_dotnet() {
    local candidate
    [ -d "${HOME:-}" ] || fail "HOME (${HOME:-not set}) is no folder, and .NET keeps its packages there"
    for candidate in "${DOTNET_ROOT:-$HOME/.dotnet}/dotnet" dotnet "$HOME/.dotnet/dotnet"; do
        if (cd "$root" && "$candidate" --version) >/dev/null 2>&1; then
            dotnet=$candidate
            return
        fi
    done
    install_dotnet
}

install_dotnet() {
    local url=https://dot.net/v1/dotnet-install.sh script=$root/build/logs/dotnet-install.sh
    have curl || have wget || install_packages curl ca-certificates openssl libstdc++6
    note "installing the .NET 10 SDK into ~/.dotnet"
    mkdir -p "$(dirname "$script")"
    if have curl; then
        curl -fsSL "$url" -o "$script" </dev/null || fail "no .NET 10 SDK, and $url cannot be fetched"
    else
        wget -qO "$script" "$url" </dev/null || fail "no .NET 10 SDK, and $url cannot be fetched"
    fi
    quietly "$root/build/logs/dotnet-install.log" bash "$script" --channel 10.0 --install-dir "$HOME/.dotnet"
    dotnet=$HOME/.dotnet/dotnet
    export DOTNET_ROOT=$HOME/.dotnet
}

# build_native FOLDER CMAKE-OPTIONS...: configures once; after that CMake itself sees what changed.
build_native() {
    local folder=$root/$1 generator=()
    shift
    if [ ! -f "$folder/build.ninja" ] && [ ! -f "$folder/Makefile" ]; then
        find_native_tools
        have ninja && generator=(-G Ninja)
        note "configuring and compiling the native library in ${folder#"$root"/}/"
        quietly "$folder/logs/configure.log" cmake -S "$root" -B "$folder" \
            ${generator[@]+"${generator[@]}"} -DCMAKE_BUILD_TYPE=$configuration "$@"
    fi
    quietly "$folder/logs/compile.log" cmake --build "$folder" --parallel
}

# unchanged STAMP: nothing that goes into a managed build is newer than STAMP, the native library included, which it
# copies beside the programs. Folders count too: a deleted file leaves no other trace.
unchanged() {
    [ -f "$1" ] && [ -z "$(find "$root/src" "$root/tests" "$root/build/lib" "$root"/Directory.*.props "$root/global.json" \
        "$root/LlamaInterop.sln" \( -name bin -o -name obj \) -prune -o -newer "$1" -print | head -n 1)" ]
}

# Fetches the compiler of ReadyToRun.targets into the package cache, once. Without it the programs run the same and start later.
fetch_ready_to_run() {
    local stamp=$root/build/ready-to-run.stamp
    if [ -f "$stamp" ]; then return; fi
    mkdir -p "$root/build/logs"
    "$dotnet" restore "$cli_project" -p:FetchReadyToRunCompiler=true >"$root/build/logs/ready-to-run.log" 2>&1 </dev/null ||
        note "the ReadyToRun compiler cannot be fetched: start-up will take longer"
    touch "$stamp"
}

# build_managed NAME WHAT: builds a project or the solution, unless its stamp says that nothing changed.
build_managed() {
    local stamp=$root/build/$1.stamp project
    if unchanged "$stamp" && [ -f "$cli" ]; then return; fi
    fetch_ready_to_run
    note "building ${2#"$root"/}"
    for project in "$root"/src/*/ "$root"/tests/*/; do mkdir -p "$project/bin" "$project/obj"; done
    touch "$stamp.new"
    quietly "$root/build/logs/$1.log" "$dotnet" build "$2" -c $configuration -v quiet -clp:NoSummary
    mv "$stamp.new" "$stamp"
}

# The solution holds the command line too, so its stamp serves both.
build_all() {
    build_native build
    build_managed solution "$root/LlamaInterop.sln"
    cp -p "$root/build/solution.stamp" "$root/build/cli.stamp"
}

# run_cli VERB ARGUMENTS...: in the caller's folder, so that relative paths mean what they say.
run_cli() {
    find_dotnet
    build_native build
    build_managed cli "$cli_project"
    exec "$dotnet" "$cli" "$@"
}

# check_native FOLDER: the native checks; their results stay in FOLDER/test-results/ctest.xml.
check_native() {
    mkdir -p "$root/$1/test-results"
    ctest --test-dir "$root/$1" --output-on-failure --no-tests=error --timeout 1200 \
        --output-junit "$root/$1/test-results/ctest.xml"
}

check_managed() {
    rm -f "$root"/build/test-results/*.trx
    "$dotnet" test "$root/LlamaInterop.sln" -c $configuration --no-build \
        --results-directory "$root/build/test-results" --logger "trx;LogFileName=nunit.trx"
}

check_arm64() {
    case $(uname -s)-$(uname -m) in
    *-aarch64 | *-arm64)
        build_native build
        check_native build
        return
        ;;
    esac
    if ! have aarch64-linux-gnu-gcc || ! have qemu-aarch64; then
        install_packages gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
    fi
    build_native build-arm64 -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
        -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc \
        "-DCMAKE_CROSSCOMPILING_EMULATOR=qemu-aarch64;-L;/usr/aarch64-linux-gnu"
    check_native build-arm64
}

check_sanitized() {
    build_native build-asan -DLK_SANITIZE=ON
    check_native build-asan
}

test_default() {
    local status=0
    find_dotnet
    build_all
    check_native build || status=1
    check_managed || status=1
    return $status
}

# Everything runs even where an early part failed, so that one run tells all there is to mend.
test_full() {
    local status=0
    export LLAMAINTEROP_FULL=1
    (test_default) || status=1
    (check_arm64) || status=1
    (check_sanitized) || status=1
    return $status
}

verb_test() {
    case "$*" in
    "") test_default ;;
    --arm64) check_arm64 ;;
    --sanitize) check_sanitized ;;
    --full) test_full ;;
    *) refuse "test: unknown options: $*" ;;
    esac
}

verb_bindings() {
    local properties=()
    case "${1:-}" in
    "") ;;
    --cppsharp)
        [ -d "${2:-}" ] || refuse "bindings: --cppsharp wants a folder, not '${2:-}'"
        properties=("-p:CppSharpDirectory=$(cd "$2" && pwd)")
        ;;
    *) refuse "bindings: unknown option $1" ;;
    esac
    find_dotnet
    (cd "$root" && "$dotnet" run --project src/LlamaInterop.Bindgen -c $configuration \
        ${properties[@]+"${properties[@]}"})
}

verb_clean() {
    rm -rf "$root/build" "$root/build-arm64" "$root/build-asan" "$root"/{src,tests}/*/{bin,obj}
}

verb=${1:-build}
[ $# = 0 ] || shift
case $verb in
build)
    [ $# = 0 ] || refuse "build takes no arguments, got: $*"
    find_dotnet
    build_all
    ;;
run | bench) run_cli "$verb" "$@" ;;
test) verb_test "$@" ;;
bindings) verb_bindings "$@" ;;
clean) verb_clean ;;
help | -h | --help) usage ;;
*) refuse "unknown verb $verb" ;;
esac
