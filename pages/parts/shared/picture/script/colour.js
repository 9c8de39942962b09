// Raw values as colours, by the same rules as core/render.py.

function decodedMap(map) {
  return { ...map, values: floatsOf(map.values) };
}

// Bilinear, with the centres of the pixels aligned as OpenCV aligns them.
function resampled(values, from, to) {
  if (from[0] === to[0] && from[1] === to[1]) return values;
  const result = new Float32Array(to[0] * to[1]);
  const columns = steps(from[0], to[0]);
  const rows = steps(from[1], to[1]);
  rows.forEach(([top, bottom, down], y) => {
    columns.forEach(([left, right, across], x) => {
      const upper = values[top * from[0] + left] * (1 - across) + values[top * from[0] + right] * across;
      const lower = values[bottom * from[0] + left] * (1 - across) + values[bottom * from[0] + right] * across;
      result[y * to[0] + x] = upper * (1 - down) + lower * down;
    });
  });
  return result;
}

function steps(from, to) {
  return Array.from({ length: to }, (_, at) => {
    const place = Math.min(Math.max(((at + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.floor(place);
    return [low, Math.min(low + 1, from - 1), place - low];
  });
}

function tableOf(map, colours, tables) {
  return colours !== "auto" ? tables[colours] : tables[map.signed ? "diverging" : "magma"];
}

// A map that is the same everywhere has no scale: it is drawn as its middle where it is signed, else as its bottom.
function placeOf(value, map) {
  const span = map.high - map.low;
  return span > 0 ? Math.min(Math.max((value - map.low) / span, 0), 1) : map.signed ? 0.5 : 0;
}

function coloured(map, size, table) {
  const values = resampled(map.values, map.size, size);
  const pixels = new ImageData(size[0], size[1]);
  values.forEach((value, at) => {
    const entry = 3 * Math.round(placeOf(value, map) * 255);
    pixels.data.set([table[entry], table[entry + 1], table[entry + 2], 255], 4 * at);
  });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = size;
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}

function valueAt(map, point) {
  const x = Math.min(Math.floor(point.x * map.size[0]), map.size[0] - 1);
  const y = Math.min(Math.floor(point.y * map.size[1]), map.size[1] - 1);
  return map.values[y * map.size[0] + x];
}
