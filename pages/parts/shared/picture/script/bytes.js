// Numbers as they travel: base64 text holds bytes, little-endian float32 values, or one bit a pixel.

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function floatsOf(text) {
  return new Float32Array(bytesOf(text).buffer);
}

function bitsOf(text, count) {
  const bytes = bytesOf(text);
  return Uint8Array.from({ length: count }, (_, at) => (bytes[at >> 3] >> (7 - (at & 7))) & 1);
}

function textOfBits(bits) {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, at) => { if (bit) bytes[at >> 3] |= 1 << (7 - (at & 7)); });
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function numberText(value) {
  if (!value) return "0";
  const size = Math.abs(value);
  return size >= 1e4 || size < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

function percentText(share) {
  return share > 0 && share < 0.005 ? "<1%" : `${Math.round(100 * share)}%`;
}
