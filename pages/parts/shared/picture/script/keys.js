// The same by keyboard: arrows move a cursor, plus and minus zoom, Enter paints, sets a corner or takes a part.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAR = 8;
const HELP = "Arrow keys move a cursor and tell the values under it, with Shift further. Plus and minus zoom, 0 shows "
  + "the whole picture.";
const PAINTING = " Enter paints at the cursor, sets a corner of the rectangle, or takes the part under the cursor. "
  + "Backspace takes back the last change.";

function listenToKeys(stage, pane) {
  pane.canvas.addEventListener("keydown", (event) => {
    if (pressed(stage, pane, event)) event.preventDefault();
  });
  pane.canvas.addEventListener("blur", () => { dropCorner(stage); point(stage, null); });
}

function pressed(stage, pane, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return event.key === "z" && pane.asks && takeBack(stage);
  if (ARROWS[event.key]) return step(stage, pane, ARROWS[event.key], event.shiftKey ? FAR : 1);
  if (event.key === "+" || event.key === "=") return zoom(stage, 1.5, centre(stage));
  if (event.key === "-") return zoom(stage, 1 / 1.5, centre(stage));
  if (event.key === "0") return zoom(stage, 0, { x: 0, y: 0 });
  if (!pane.asks) return false;
  if (event.key === "Enter" || event.key === " ") return press(stage);
  if (event.key === "Backspace") return takeBack(stage);
  if (event.key === "Escape") dropCorner(stage);
  return false;
}

function centre(stage) {
  const { cursor, view } = stage;
  return cursor ? { x: (cursor.x - view.x) * view.zoom, y: (cursor.y - view.y) * view.zoom } : { x: 0.5, y: 0.5 };
}

// The cursor stands in the middle of a pixel.
function step(stage, pane, [across, down], far) {
  const [width, height] = stage.size;
  const from = stage.cursor || { x: 0.5, y: 0.5 };
  const place = (at, by, length) => Math.min(Math.max(Math.floor(at * length) + by * far, 0), length - 1);
  const x = (place(from.x, across, width) + 0.5) / width;
  const y = (place(from.y, down, height) + 0.5) / height;
  stage.view = showing(stage.view, { x, y });
  point(stage, { x, y }, pane, true);
  if (stage.corner) drawBox(stage, stage.corner, { x, y });
  return true;
}

function press(stage) {
  const at = stage.cursor || { x: 0.5, y: 0.5 };
  if (stage.tool === "point") takePointed(stage, at);
  if (stage.tool === "brush") {
    const gesture = TOOLS.brush(stage, { x: (at.x - stage.view.x) * stage.view.zoom, y: (at.y - stage.view.y) * stage.view.zoom });
    gesture.end();
  }
  if (stage.tool === "rectangle") setCorner(stage, at);
  return true;
}

function setCorner(stage, at) {
  if (stage.corner) {
    stage.corner = null;
    ask(stage);
    return;
  }
  remember(stage.region);
  stage.corner = at;
  drawBox(stage, at, at);
}

// A rectangle of one corner is none.
function dropCorner(stage) {
  if (!stage.corner) return;
  stage.corner = null;
  undo(stage.region);
  repainted(stage);
}
