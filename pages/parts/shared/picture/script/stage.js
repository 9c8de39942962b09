// A stage is everything that one mounted component shows and remembers: data, look, window, panes and painted region.

const LOOK = { overlay: 0.55, colours: "auto", view: "side", left: "picture", right: null, wipe: 0.5 };
// The view "pick" has no name: where a rectangle is picked, nothing else is.
const VIEWS = { side: "Side by side", wipe: "Wipe", erase: "Erase and ask" };
const COLOURS = { auto: "Auto", cividis: "Cividis", magma: "Magma", viridis: "Viridis", inferno: "Inferno",
  diverging: "Blue to orange" };
const PLAIN = "picture";

function newStage(root) {
  const observer = new ResizeObserver(() => refresh(root.stage));
  return { root, observer, look: { ...LOOK }, view: wholePicture(), overlays: new Map(), panes: [], asked: 0, sent: 0, told: {},
    tool: "brush", radius: RADIUS, becomes: null, donor: 0 };
}

function takeData(stage, data, send) {
  stage.send = send;
  if (stage.digest === data.digest) return refresh(stage);
  const another = stage.picture !== data.picture;
  Object.assign(stage, {
    digest: data.digest, picture: data.picture, group: data.group, data, size: data.size, smooth: data.smooth,
    maps: data.maps.map(decodedMap), asking: data.asking, overlays: new Map(),
    tables: Object.fromEntries(Object.entries(data.tables).map(([name, text]) => [name, bytesOf(text)])),
    object: data.asking?.object ? bitsOf(data.asking.object, data.size[0] * data.size[1]) : null,
  });
  if (another) startAnew(stage);
  if (data.box) takeBox(stage, data.box);
  stage.becomes ||= data.asking?.becomes[0][0];
  loadImage(data.photo, (image) => { stage.photo = image; refresh(stage); });
  build(stage);
}

function startAnew(stage) {
  Object.assign(stage, { view: wholePicture(), cursor: null, region: emptyRegion(stage.size), outline: null, corner: null,
    answer: null, changed: null, waiting: false, donor: 0, asked: 0, photo: null });
}

function loadImage(address, then) {
  const image = new Image();
  image.onload = () => then(image);
  image.src = address;
}

function mapNamed(stage, name) {
  return stage.maps.find((map) => map.name === name) || null;
}

function wipedRight(stage) {
  return mapNamed(stage, stage.look.right) || stage.maps[0] || null;
}

function viewsOf(stage) {
  if (stage.data.box) return ["pick"];
  if (stage.data.alone) return ["side"];
  return [...(stage.maps.length ? ["side", "wipe"] : []), ...(stage.asking ? ["erase"] : [])];
}

function viewOf(stage) {
  const known = viewsOf(stage);
  return known.includes(stage.look.view) ? stage.look.view : known[0] || "side";
}

function setLook(stage, part) {
  stage.look = { ...stage.look, ...part };
  refresh(stage);
}

function setWipe(stage, share) {
  setLook(stage, { wipe: share });
  if (stage.wipeRange) stage.wipeRange.value = share;
}

function sendLook(stage) {
  stage.sent += 1;
  stage.told = { ...stage.look, wipe: Math.round(100 * stage.look.wipe) / 100, number: stage.sent };
  stage.send("look", stage.told);
}

// Of a look that comes from the server, what it says anew counts. An echo of one that was overtaken does not undo what
// the hand does meanwhile.
function takeLook(stage, look) {
  if (look.number < stage.sent) return;
  stage.sent = look.number;
  const changed = Object.entries(look).filter(([name, value]) => stage.told[name] !== value && stage.look[name] !== value);
  stage.told = look;
  if (!changed.length) return;
  stage.look = { ...stage.look, ...Object.fromEntries(changed) };
  build(stage);
}

function zoom(stage, factor, share) {
  stage.view = factor ? zoomed(stage.view, factor, share) : wholePicture();
  refresh(stage);
  return true;
}

function point(stage, cursor, pane, told = false) {
  stage.cursor = cursor;
  stage.panes.forEach((each) => {
    if (each.readout) each.readout.textContent = cursor ? readingOf(stage, each, cursor) : "\u00a0";
  });
  if (told) stage.spoken.textContent = pane.readout?.textContent || placeText(stage, cursor);
  refresh(stage);
}

function readingOf(stage, pane, at) {
  const values = pane.shows(stage).filter(Boolean).map((map) => numberText(valueAt(map, at)));
  return `${values.join(" and ")}${values.length ? ", " : ""}${placeText(stage, at)}`;
}

function placeText(stage, at) {
  const number = (share, length) => Math.min(Math.floor(share * length), length - 1);
  return `row ${number(at.y, stage.size[1])}, column ${number(at.x, stage.size[0])}`;
}

function refresh(stage) {
  if (!stage || stage.drawing) return;
  stage.drawing = requestAnimationFrame(() => {
    stage.drawing = 0;
    draw(stage);
  });
}

function draw(stage) {
  if (!stage.body) return;
  const style = getComputedStyle(stage.body);
  stage.ink = { mark: style.getPropertyValue("--mark").trim(), dark: "#14181b" };
  stage.panes.forEach((pane) => {
    const held = stage.view.zoom > 1 || pane.wipes || (pane.asks && stage.tool !== "move");
    pane.canvas.classList.toggle("held", held);
    drawPane(stage, pane);
  });
  stage.legends.forEach((legend) => refreshLegend(stage, legend));
  if (stage.zoomText) stage.zoomText.textContent = percentText(stage.view.zoom);
}
