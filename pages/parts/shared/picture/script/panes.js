// The page's elements of a stage: toolbar, small multiples, one large picture to wipe or to paint on.

function build(stage) {
  if (!stage.data) return;
  const focused = stage.root.activeElement?.getAttribute?.("aria-label");
  stage.observer.disconnect();
  Object.assign(stage, { panes: [], legends: [], answerNodes: null, wipeRange: null, zoomText: null, corner: null });
  stage.spoken = node("p", { class: "hidden", role: "status" });
  const view = viewOf(stage);
  const controls = view === "pick" ? null : toolbar(stage, view);
  const pictures = VIEW[view](stage);
  stage.body = node("div", { class: `body ${view}`, style: `--side: ${stage.data.side}px; --large: ${stage.data.large}px` },
    ...(stage.data.alone ? [pictures, controls] : [controls, pictures]), stage.spoken,
    node("p", { class: "hidden", id: "keys" }, HELP + (view === "erase" || view === "pick" ? PAINTING : "")));
  stage.root.querySelector(".stage").replaceChildren(stage.body);
  stage.panes.forEach((pane) => stage.observer.observe(pane.canvas));
  if (stage.answerNodes) refreshAnswer(stage);
  if (focused) stage.root.querySelector(`[aria-label=${JSON.stringify(focused)}]`)?.focus();
  refresh(stage);
}

const VIEW = { side: sideBySide, wipe: wiped, erase: erasing, pick: picking };

function toolbar(stage, view) {
  const views = viewsOf(stage);
  const drawn = view === "erase" ? mapNamed(stage, stage.look.right) : stage.maps.length;
  const send = () => sendLook(stage);
  const overlay = range(0, 1, 0.05, stage.look.overlay, (value) => setLook(stage, { overlay: value }), send);
  const colours = menu(Object.keys({ auto: 0, ...stage.tables }).map((name) => [name, COLOURS[name] || name]),
    stage.look.colours, (name) => { setLook(stage, { colours: name }); send(); });
  const choose = (name) => { stage.look.view = name; build(stage); send(); refocus(stage, name); };
  stage.zoomText = node("span", { class: "zoomed" });
  return node("div", { class: "toolbar" },
    views.length > 1 ? choice(`${stage.group}-view`, "View", views.map((name) => [name, VIEWS[name]]), view, choose) : null,
    drawn ? labelled("Overlay", overlay) : null,
    drawn ? labelled("Colours", colours) : null,
    node("div", { class: "zoom" },
      button("−", () => zoom(stage, 1 / 1.5, { x: 0.5, y: 0.5 }), { "aria-label": "Zoom out" }), stage.zoomText,
      button("+", () => zoom(stage, 1.5, { x: 0.5, y: 0.5 }), { "aria-label": "Zoom in" }),
      button("Fit", () => zoom(stage, 0), { "aria-label": "Show the whole picture" })));
}

function refocus(stage, name) {
  stage.root.querySelector(`input[value=${name}]`)?.focus();
}

function sideBySide(stage) {
  const figures = [];
  if (stage.data.title && !stage.data.alone) figures.push(figureOf(stage, stage.data.title, stage.data.alt, { shows: () => [null] }));
  let group = "";
  stage.maps.forEach((map) => {
    const label = stage.data.alone ? stage.data.alt : `${map.title} over the picture`;
    if (map.group && map.group !== group) figures.push(node("h4", {}, map.group));
    group = map.group;
    figures.push(figureOf(stage, stage.data.alone ? "" : map.title, label, { shows: () => [map], map }));
  });
  return node("div", { class: "tiles" }, ...figures);
}

function figureOf(stage, title, label, pane) {
  const canvas = canvasOf(stage, label);
  const { map } = pane;
  const readout = map ? node("p", { class: "readout" }, "\u00a0") : null;
  const legend = map ? legendOf(stage, map) : null;
  addPane(stage, { ...pane, canvas, readout });
  if (legend) stage.legends.push(legend);
  const caption = title ? node("figcaption", {}, node("b", {}, title), map ? badgeOf(map) : null) : null;
  return node("figure", {}, caption, canvas, readout, legend?.legend);
}

function badgeOf(map) {
  if (!map.badge) return null;
  if (!map.reason) return node("span", { class: `badge ${map.tone}` }, map.badge);
  return node("details", {}, node("summary", { class: `badge ${map.tone}`, title: map.reason }, map.badge),
    node("p", {}, map.reason));
}

function canvasOf(stage, label) {
  return node("canvas", { tabindex: "0", role: "application", "aria-label": label, "aria-describedby": "keys",
    "aria-roledescription": "picture", style: `aspect-ratio: ${stage.size[0]} / ${stage.size[1]}` });
}

function addPane(stage, pane) {
  stage.panes.push(pane);
  listen(stage, pane);
  listenToKeys(stage, pane);
}

function wiped(stage) {
  const options = [[PLAIN, stage.data.title || "The picture"], ...stage.maps.map((map) => [map.name, map.title])];
  const choose = (part) => { setLook(stage, part); sendLook(stage); build(stage); };
  const right = wipedRight(stage);
  const left = mapNamed(stage, stage.look.left);
  const canvas = canvasOf(stage, `${left ? left.title : "The picture"} wiped across ${right.title}`);
  const readout = node("p", { class: "readout" }, "\u00a0");
  const shown = [left, right].filter(Boolean).map((map) => legendOf(stage, map));
  stage.legends.push(...shown);
  addPane(stage, { canvas, readout, wipes: true, shows: () => [left, right] });
  stage.wipeRange = range(0, 1, 0.01, stage.look.wipe, (value) => setWipe(stage, value), () => sendLook(stage));
  return node("div", { class: "large" },
    node("figure", {}, canvas, readout, labelled("Wipe from left to right", stage.wipeRange)),
    node("div", { class: "beside" },
      labelled("Left", menu(options, left ? left.name : PLAIN, (name) => choose({ left: name }))),
      labelled("Right", menu(options.slice(1), right.name, (name) => choose({ right: name }))),
      ...shown.map(({ map, legend }) => node("div", {}, node("b", {}, map.title), legend))));
}

function erasing(stage) {
  stage.answerNodes = answerOf();
  const options = [[PLAIN, "no map"], ...stage.maps.map((map) => [map.name, map.title])];
  const over = mapNamed(stage, stage.look.right);
  const canvas = canvasOf(stage, "The picture, to paint on");
  const legend = over ? legendOf(stage, over) : null;
  if (legend) stage.legends.push(legend);
  addPane(stage, { canvas, asks: true, shows: () => [over] });
  const choose = (name) => { setLook(stage, { right: name === PLAIN ? null : name }); sendLook(stage); build(stage); };
  return node("div", { class: "large" },
    node("figure", {}, canvas, legend?.legend),
    node("div", { class: "beside" }, stage.answerNodes.box, askingTools(stage),
      stage.maps.length ? labelled("Map over it", menu(options, over ? over.name : PLAIN, choose)) : null));
}

function picking(stage) {
  const canvas = canvasOf(stage, stage.data.alt);
  addPane(stage, { canvas, asks: true, shows: () => [null] });
  return node("div", { class: "large" }, node("figure", {}, canvas));
}
