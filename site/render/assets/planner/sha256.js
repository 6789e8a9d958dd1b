// SHA-256 of a text (FIPS 180-4), in place of the browser's own: that one answers later and only over HTTPS, while ids
// of credits are needed at once and everywhere.

const PRIMES = firstPrimes(64);
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));

/**
 * The digest of a text's UTF-8, in hexadecimal digits.
 * @param {string} text
 * @returns {string}
 */
export function sha256(text) {
  const words = padded(new TextEncoder().encode(text));
  let state = Int32Array.from(START);
  for (let block = 0; block < words.length; block += 16) state = compressed(state, words.subarray(block, block + 16));
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/**
 * The message in big-endian words: a one bit, zeros, and its length in bits at the end of the last block.
 * @param {Uint8Array} bytes
 */
function padded(bytes) {
  const words = new Int32Array(16 * (((bytes.length + 8) >> 6) + 1));
  bytes.forEach((byte, place) => (words[place >> 2] |= byte << (24 - 8 * (place % 4))));
  words[bytes.length >> 2] |= 0x80 << (24 - 8 * (bytes.length % 4));
  words[words.length - 1] = bytes.length * 8;
  return words;
}

/**
 * @param {Int32Array} state eight words
 * @param {Int32Array} block sixteen words
 */
function compressed(state, block) {
  const schedule = new Int32Array(64);
  schedule.set(block);
  for (let round = 16; round < 64; round += 1) {
    const [early, late] = [schedule[round - 15], schedule[round - 2]];
    const small = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const large = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    schedule[round] = schedule[round - 16] + small + schedule[round - 7] + large;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let round = 0; round < 64; round += 1) {
    const chosen = (e & f) ^ (~e & g);
    const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + chosen + ROUNDS[round] + schedule[round]) | 0;
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
  }
  return Int32Array.from([a, b, c, d, e, f, g, h], (word, place) => word + state[place]);
}

/**
 * @param {number} word
 * @param {number} bits
 */
const turned = (word, bits) => (word >>> bits) | (word << (32 - bits));

/**
 * The first 32 bits behind a number's point.
 * @param {number} number
 */
function fraction(number) {
  return ((number % 1) * 2 ** 32) | 0;
}

/** @param {number} count */
function firstPrimes(count) {
  /** @type {number[]} */
  const primes = [];
  for (let number = 2; primes.length < count; number += 1) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  return primes;
}
