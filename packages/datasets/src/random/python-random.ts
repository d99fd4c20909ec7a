const SIZE = 624;
const SHIFT = 397;

/** The part of Python's `random.Random` that evaluation scripts draw windows with. */
export interface PythonRandom {
  /** `random.randint(low, high)`: both ends included, fewer than 2^32 values. */
  randint(low: number, high: number): number;
}

/**
 * Python's generator after `random.seed(seed)`: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), seeded by its
 * `init_by_array` with the 32-bit words of the seed, as CPython does for whole numbers. `randint` takes the highest bits
 * that the range needs and draws again while they lie beyond it, as CPython's `_randbelow_with_getrandbits` has done
 * since Python 3.2.
 *
 * @param seed a whole number from 0 to 2^53 - 1
 */
export function pythonRandom(seed: number): PythonRandom {
  const state = initByArray(seed < 2 ** 32 ? [seed] : [seed % 2 ** 32, Math.floor(seed / 2 ** 32)]);
  let next = SIZE;
  const word = (): number => {
    if (next === SIZE) {
      twist(state);
      next = 0;
    }
    return temper(state[next++]!);
  };
  return {
    randint: (low, high) => {
      const count = high - low + 1;
      if (!Number.isSafeInteger(low) || !(count >= 1) || count >= 2 ** 32) {
        throw new RangeError(`randint(${low}, ${high}) has no value, or too many`);
      }
      // The bits of `count` itself, not of the largest offset: CPython draws with one bit more for a power of two.
      const bits = count.toString(2).length;
      let value: number;
      do value = word() >>> (32 - bits);
      while (value >= count);
      return low + value;
    },
  };
}

function initByArray(key: readonly number[]): Uint32Array {
  const state = new Uint32Array(SIZE);
  state[0] = 19_650_218;
  for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1_812_433_253, mixed(state, i)) + i;
  let i = 1;
  let j = 0;
  for (let k = Math.max(SIZE, key.length); k > 0; k--) {
    state[i] = (state[i]! ^ Math.imul(mixed(state, i), 1_664_525)) + key[j]! + j;
    if (++i === SIZE) {
      state[0] = state[SIZE - 1]!;
      i = 1;
    }
    j = (j + 1) % key.length;
  }
  for (let k = SIZE - 1; k > 0; k--) {
    state[i] = (state[i]! ^ Math.imul(mixed(state, i), 1_566_083_941)) - i;
    if (++i === SIZE) {
      state[0] = state[SIZE - 1]!;
      i = 1;
    }
  }
  state[0] = 0x8000_0000;
  return state;
}

/** The word before, its two highest bits folded into its lowest. */
function mixed(state: Uint32Array, i: number): number {
  const before = state[i - 1]!;
  return before ^ (before >>> 30);
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < SIZE; i++) {
    const y = (state[i]! & 0x8000_0000) | (state[(i + 1) % SIZE]! & 0x7fff_ffff);
    state[i] = state[(i + SHIFT) % SIZE]! ^ (y >>> 1) ^ (y & 1 ? 0x9908_b0df : 0);
  }
}

function temper(word: number): number {
  let y = word;
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c_5680;
  y ^= (y << 15) & 0xefc6_0000;
  return (y ^ (y >>> 18)) >>> 0;
}
