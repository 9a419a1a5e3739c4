#!/usr/bin/env bash
# Where the native library's time goes while `llama-interop bench` runs: perf's samples by function, as a table.
#
#   bench/profile.sh [--rows N] BENCH ARGUMENTS...      e.g.  bench/profile.sh -m model.gguf -p 512 -n 0 -r 5
#
# What loading takes (packing, reading the memory's bandwidth) is left out: shares are of all else that the library did.
set -euo pipefail

fail() { echo "profile.sh: $*" >&2; exit 1; }
usage() { sed -n 's/^# \{0,1\}//p' "$0" | tail -n +2; }
for word in "$@"; do
    case $word in -h | --help) usage; exit 0 ;; esac
done
rows=14
if [ "${1-}" = --rows ]; then
    [[ ${2-} =~ ^[1-9][0-9]{0,5}$ ]] || fail "--rows needs a whole number from 1"
    rows=$2
    shift 2
fi
[ $# -gt 0 ] || { usage >&2; exit 2; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cli=$root/src/LlamaInterop.Cli/bin/Release/net10.0/llama-interop.dll
command -v perf >/dev/null || fail "perf is missing"
[ -f "$cli" ] || fail "$cli is missing; type: ./build.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
perf record -q -o "$work/data" -F 999 -- dotnet "$cli" bench "$@" -o csv >/dev/null 2>"$work/errors" || fail "bench $*: $(tail -n 1 "$work/errors")"
perf report -q -i "$work/data" --dsos libllamakernels.so --sort symbol --no-children -F sample,symbol 2>/dev/null |
    sed -n 's/^ *\([0-9][0-9]*\) *\[[^]]*\] \([^ ]*\).*/\1 \2/p' | sort -rn |
    awk -v rows="$rows" '
        $2 ~ /^(interleave|read_chunks|lk_panels_from_rows)$/ { next }
        { count[NR] = $1; name[NR] = $2; all += $1 }
        END {
            if (!all) exit 1
            print "| function | share |\n|---|---|"
            for (i = 1; i <= NR && shown < rows; i++) if (i in name) { printf "| `%s` | %.1f %% |\n", name[i], 100 * count[i] / all; shown++ }
        }' || fail "perf saw nothing of the library"
