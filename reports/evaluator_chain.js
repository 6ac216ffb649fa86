// SHA-256 (FIPS 180-4) and the one JSON text of a value, as geodata/chain.py has them.
// Written out because a page opened from a file has no SubtleCrypto in every browser, and because
// a press must be on the disk when it returns: SubtleCrypto answers later. The page holds this
// against SubtleCrypto where there is one (evaluator.js), the tests against hashlib.
"use strict";

const ROUND = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];
const BEGIN = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

function digest(bytes) {
  const length = bytes.length;
  const padded = new Uint8Array(((length + 8 >> 6) + 1) * 64);
  padded.set(bytes);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, length * 8 >>> 0);
  const state = [...BEGIN];
  for (let at = 0; at < padded.length; at += 64) compress(state, view, at);
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function compress(state, view, at) {
  const turn = (word, by) => word >>> by | word << 32 - by;
  const words = new Array(64);
  for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i += 1) {
    const low = words[i - 15], high = words[i - 2];
    const one = turn(low, 7) ^ turn(low, 18) ^ low >>> 3;
    const two = turn(high, 17) ^ turn(high, 19) ^ high >>> 10;
    words[i] = words[i - 16] + one + words[i - 7] + two | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const sum = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + ROUND[i] + words[i] | 0;
    const more = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, d + sum | 0, c, b, a, sum + more | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = state[i] + word | 0; });
}

function sha256(text) {
  return digest(new TextEncoder().encode(text));
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

const GENESIS = "0".repeat(64);

function linked(chain, body) {
  const previous = chain.length ? chain[chain.length - 1].hash : GENESIS;
  return { seq: chain.length + 1, previous, body, hash: sha256(`${previous}\n${canonical(body)}`) };
}

// How many links of the chain follow from the ones before; all of them where it is whole.
function wholeUpTo(chain) {
  let previous = GENESIS;
  for (const [at, link] of chain.entries()) {
    const good = link.seq === at + 1 && link.previous === previous && link.hash === sha256(`${previous}\n${canonical(link.body)}`);
    if (!good) return at;
    previous = link.hash;
  }
  return chain.length;
}
