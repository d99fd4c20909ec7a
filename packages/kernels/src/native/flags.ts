/**
 * Flags of every build. -ffp-contract=off forbids fused multiply-adds that the source does not spell out, so results are the same
 * bits on every machine; the two -fno flags only say that nobody reads errno or floating-point traps. Never -ffast-math.
 */
const BASE = [
  "-std=c++17",
  "-O3",
  "-ffp-contract=off",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-fPIC",
  "-shared",
  "-fvisibility=hidden",
  "-Wall",
  "-Wextra",
  // Vectors never cross a library boundary.
  "-Wno-psabi",
];

/** Tried in order until one builds: some compilers have no OpenMP library, some no -march=native. */
export const flagVariants: readonly (readonly string[])[] = [
  [...BASE, "-march=native", "-fopenmp"],
  [...BASE, "-march=native"],
  [...BASE, "-fopenmp"],
  BASE,
];
