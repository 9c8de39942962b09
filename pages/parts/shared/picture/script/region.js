// The part of a picture that is painted, boxed or pointed at: one number a pixel of the picture, 0 or 1.

function emptyRegion(size) {
  return { size, bits: new Uint8Array(size[0] * size[1]), tool: "", past: [] };
}

function isEmpty(region) {
  return !region.bits.some(Boolean);
}

function remember(region) {
  region.past.push({ bits: region.bits.slice(), tool: region.tool, box: region.box });
}

function undo(region) {
  const before = region.past.pop();
  if (before) Object.assign(region, before);
  return Boolean(before);
}

// A dab is round on the screen, whatever the shape of the picture.
function dab(region, point, radius) {
  const [width, height] = region.size;
  const reach = radius * Math.max(width, height);
  const x = point.x * width - 0.5;
  const y = point.y * height - 0.5;
  for (let row = Math.max(0, Math.ceil(y - reach)); row <= Math.min(height - 1, y + reach); row++) {
    for (let column = Math.max(0, Math.ceil(x - reach)); column <= Math.min(width - 1, x + reach); column++) {
      if (Math.hypot(column - x, row - y) <= reach) region.bits[row * width + column] = 1;
    }
  }
  const nearest = Math.min(Math.max(Math.round(y), 0), height - 1) * width;
  region.bits[nearest + Math.min(Math.max(Math.round(x), 0), width - 1)] = 1;
}

function stroke(region, from, to, radius) {
  const long = Math.hypot((to.x - from.x) * region.size[0], (to.y - from.y) * region.size[1]);
  const count = Math.max(1, Math.ceil(long));
  for (let at = 0; at <= count; at++) {
    const share = at / count;
    dab(region, { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }, radius);
  }
}

function box(region, from, to) {
  const [width, height] = region.size;
  const [left, right] = span(from.x, to.x, width);
  const [top, bottom] = span(from.y, to.y, height);
  region.bits.fill(0);
  for (let row = top; row < bottom; row++) region.bits.fill(1, row * width + left, row * width + right);
  return { x: left / width, y: top / height, width: (right - left) / width, height: (bottom - top) / height };
}

function span(one, other, length) {
  const low = Math.min(Math.max(Math.round(Math.min(one, other) * length), 0), length - 1);
  const high = Math.min(Math.max(Math.round(Math.max(one, other) * length), 0), length);
  return [low, Math.max(high, low + 1)];
}

// The object where the point lies on it, else everything but the object.
function pointedAt(region, point, object) {
  const at = Math.min(Math.floor(point.y * region.size[1]), region.size[1] - 1) * region.size[0]
    + Math.min(Math.floor(point.x * region.size[0]), region.size[0] - 1);
  const wanted = object[at];
  region.bits = object.map((bit) => Number(bit === wanted));
  return wanted ? "object" : "background";
}

// Lines between painted and other pixels, as a path in the picture's own pixels.
function outlineOf(bits, size) {
  const [width, height] = size;
  const path = new Path2D();
  const painted = (x, y) => x >= 0 && y >= 0 && x < width && y < height && bits[y * width + x];
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x <= width; x++) {
      if (Boolean(painted(x, y)) !== Boolean(painted(x, y - 1))) { path.moveTo(x, y); path.lineTo(x + 1, y); }
      if (Boolean(painted(x, y)) !== Boolean(painted(x - 1, y))) { path.moveTo(x, y); path.lineTo(x, y + 1); }
    }
  }
  return path;
}
