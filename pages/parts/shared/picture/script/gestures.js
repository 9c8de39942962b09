// What a hand does on a canvas: a mouse, a finger, a pen or two fingers.

const WHEEL = 0.002;

function listen(stage, pane) {
  const { canvas } = pane;
  const hands = new Map();
  const drop = (event) => { hands.delete(event.pointerId); if (!hands.size) finish(stage, pane, event); };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    hands.set(event.pointerId, shareOf(canvas, event));
    start(stage, pane, hands, event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (hands.has(event.pointerId)) hands.set(event.pointerId, shareOf(canvas, event));
    point(stage, pointAt(stage.view, shareOf(canvas, event)), pane);
    stage.gesture?.move(hands);
  });
  canvas.addEventListener("pointerup", drop);
  canvas.addEventListener("pointercancel", (event) => { hands.clear(); abandon(stage, event); });
  canvas.addEventListener("pointerleave", () => { if (!hands.size) point(stage, null); });
  canvas.addEventListener("wheel", (event) => turnWheel(stage, pane, event), { passive: false });
  canvas.addEventListener("dblclick", (event) => { if (!pane.asks) zoom(stage, 2, shareOf(canvas, event)); });
}

function shareOf(canvas, event) {
  const place = canvas.getBoundingClientRect();
  const share = (at, from, length) => Math.min(Math.max((at - from) / length, 0), 1);
  return { x: share(event.clientX, place.left, place.width), y: share(event.clientY, place.top, place.height) };
}

function start(stage, pane, hands, event) {
  if (event.button > 0) return;
  if (hands.size === 2) {
    abandon(stage);
    stage.gesture = pinch(stage, hands);
    return;
  }
  if (hands.size > 2) return;
  const share = hands.get(event.pointerId);
  const painting = pane.asks && stage.tool !== "move";
  if (painting) stage.gesture = TOOLS[stage.tool](stage, share);
  else if (pane.wipes) stage.gesture = wipe(stage, share);
  else if (stage.view.zoom > 1) stage.gesture = pan(stage, share);
}

function finish(stage, pane) {
  const { gesture } = stage;
  stage.gesture = null;
  gesture?.end?.();
  if (stage.released) { stage.released = false; sendLook(stage); }
}

function abandon(stage) {
  stage.gesture?.abandon?.();
  stage.gesture = null;
}

function pan(stage, from) {
  let last = from;
  return {
    move(hands) {
      const [share] = hands.values();
      const { zoom, x, y } = stage.view;
      stage.view = moved(stage.view, x - (share.x - last.x) / zoom, y - (share.y - last.y) / zoom);
      last = share;
      refresh(stage);
    },
  };
}

function wipe(stage, from) {
  const set = (share) => { setWipe(stage, share.x); stage.released = true; };
  set(from);
  return { move: (hands) => set([...hands.values()][0]) };
}

function pinch(stage, hands) {
  const measure = () => {
    const [one, other] = [...hands.values()];
    return { wide: Math.hypot(one.x - other.x, one.y - other.y), x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
  };
  let last = measure();
  return {
    move() {
      if (hands.size < 2) return;
      const now = measure();
      const { zoom: before } = stage.view;
      stage.view = moved(stage.view, stage.view.x - (now.x - last.x) / before, stage.view.y - (now.y - last.y) / before);
      zoom(stage, now.wide / Math.max(last.wide, 1e-3), now);
      last = now;
    },
  };
}

// The page goes on scrolling past a picture until somebody has turned to it.
function turnWheel(stage, pane, event) {
  const turnedTo = pane.canvas.getRootNode().activeElement === pane.canvas;
  if (!event.ctrlKey && !event.metaKey && !turnedTo) return;
  event.preventDefault();
  zoom(stage, Math.exp(-event.deltaY * WHEEL * (event.ctrlKey ? 4 : 1)), shareOf(pane.canvas, event));
}

const TOOLS = {
  brush(stage, share) {
    remember(stage.region);
    stage.region.tool = "brush";
    let last = pointAt(stage.view, share);
    const paint = (to) => { stroke(stage.region, last, to, stage.radius); last = to; repainted(stage); };
    paint(last);
    return {
      move: (hands) => paint(pointAt(stage.view, [...hands.values()][0])),
      end: () => ask(stage),
      abandon: () => { undo(stage.region); repainted(stage); },
    };
  },
  rectangle(stage, share) {
    remember(stage.region);
    const from = pointAt(stage.view, share);
    let moved = false;
    return {
      move(hands) {
        moved = true;
        drawBox(stage, from, pointAt(stage.view, [...hands.values()][0]));
      },
      end() {
        if (moved) ask(stage);
        else undo(stage.region);
      },
      abandon: () => { undo(stage.region); repainted(stage); },
    };
  },
  point(stage, share) {
    return { move() {}, end: () => takePointed(stage, pointAt(stage.view, share)) };
  },
};

function drawBox(stage, from, to) {
  stage.region.tool = "rectangle";
  stage.region.box = box(stage.region, from, to);
  repainted(stage);
}

function takePointed(stage, at) {
  remember(stage.region);
  stage.region.tool = pointedAt(stage.region, at, stage.object);
  repainted(stage);
  ask(stage);
}
