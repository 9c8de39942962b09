// Which part of the picture is in sight. Points are shares of the picture's width and height, 0 to 1.

const CLOSEST = 16;

function wholePicture() {
  return { zoom: 1, x: 0, y: 0 };
}

function pointAt(view, share) {
  return { x: view.x + share.x / view.zoom, y: view.y + share.y / view.zoom };
}

function moved(view, x, y) {
  const room = 1 - 1 / view.zoom;
  return { zoom: view.zoom, x: Math.min(Math.max(x, 0), room), y: Math.min(Math.max(y, 0), room) };
}

// The point under the pointer stays under it.
function zoomed(view, factor, share) {
  const fixed = pointAt(view, share);
  const zoom = Math.min(Math.max(view.zoom * factor, 1), CLOSEST);
  return moved({ zoom }, fixed.x - share.x / zoom, fixed.y - share.y / zoom);
}

function showing(view, point) {
  const margin = 0.1 / view.zoom;
  const side = 1 / view.zoom;
  const x = Math.min(Math.max(view.x, point.x + margin - side), point.x - margin);
  const y = Math.min(Math.max(view.y, point.y + margin - side), point.y - margin);
  return moved(view, x, y);
}
