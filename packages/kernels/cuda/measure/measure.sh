#!/usr/bin/env bash
# measure.sh [OUT_FOLDER]: on a machine with a GPU, nvcc and g++ (no Node), builds both libraries, checks every CUDA kernel against
# the C++ ones to the bit, some of them under compute-sanitizer where it is installed, and times everything.
# OUT_FOLDER (default: measured) gets check.txt, sanitizer.txt, measured.md and measured.json.
#
# CUDA_LIBRARY, CPU_LIBRARY: libraries to measure instead of building them. SHAPES: other layer shapes than shapes.csv. EVERY: check
# only every so many matrices.
set -euo pipefail
out=${1:-measured}
mkdir -p "$out"
out=$(cd "$out" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cuda=$(dirname "$here")
kernels=$(dirname "$cuda")
published=$kernels/../report/data/published.csv
[ -f "$published" ] || published=none
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -z "${CUDA_LIBRARY:-}" ]; then
  CUDA_LIBRARY=$work/cuda.so
  "${NVCC:-nvcc}" -std=c++17 -O3 --fmad=false -shared -Xcompiler -fPIC,-fvisibility=hidden,-fopenmp -gencode=arch=compute_80,code=sm_80 \
    "-gencode=arch=compute_90,code=[sm_90,compute_90]" --threads=0 -o "$CUDA_LIBRARY" "$cuda"/*.cu &
  building=$!
fi
if [ -z "${CPU_LIBRARY:-}" ]; then
  CPU_LIBRARY=$work/cpu.so
  "${CXX:-g++}" -std=c++17 -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math -march=native -fopenmp -fPIC -shared -Wno-psabi \
    "-I$kernels/include" -o "$CPU_LIBRARY" "$kernels"/cpu/*.cpp
fi
for program in check time; do "${CXX:-g++}" -std=c++17 -O2 "$here/$program.cpp" -o "$work/$program" -ldl; done
[ -z "${building:-}" ] || wait "$building"

"$work/check" "$CUDA_LIBRARY" "$CPU_LIBRARY" "${EVERY:-1}" | tee "$out/check.txt"
if command -v compute-sanitizer > /dev/null; then
  for tool in memcheck racecheck; do
    timeout 100 compute-sanitizer --tool "$tool" --error-exitcode 9 "$work/check" "$CUDA_LIBRARY" none 12 2>&1 | tail -5
  done | tee "$out/sanitizer.txt"
else
  echo "not run: no compute-sanitizer" | tee "$out/sanitizer.txt"
fi
"$work/time" "$CUDA_LIBRARY" "$CPU_LIBRARY" "${SHAPES:-$here/shapes.csv}" "$published" "$out/measured.json" | tee "$out/measured.md"
