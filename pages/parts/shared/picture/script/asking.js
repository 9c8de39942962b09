// Erase and ask: what was painted goes to the server, which answers with the changed picture and what it is taken for.

const RADIUS = 0.06;
const TOOL_NAMES = { brush: "Brush", rectangle: "Rectangle", point: "Object or background", move: "Move" };

function repainted(stage) {
  stage.outline = isEmpty(stage.region) ? null : outlineOf(stage.region.bits, stage.size);
  refresh(stage);
}

// A rectangle that is picked, as the server has it.
function takeBox(stage, { x, y, width, height }) {
  stage.tool = "rectangle";
  stage.region = emptyRegion(stage.size);
  stage.region.box = box(stage.region, { x, y }, { x: x + width, y: y + height });
  stage.outline = outlineOf(stage.region.bits, stage.size);
}

function ask(stage) {
  if (!stage.asking) {
    stage.send("box", stage.region.box);
    return true;
  }
  if (isEmpty(stage.region)) return clearAnswer(stage);
  stage.asked += 1;
  stage.waiting = true;
  refreshAnswer(stage);
  const { tool, box: place, bits } = stage.region;
  stage.send("ask", {
    number: stage.asked, tool, becomes: stage.becomes, donor: stage.donor, picture: stage.asking.picture,
    region: textOfBits(bits), width: stage.size[0], height: stage.size[1], box: tool === "rectangle" ? place : null,
  });
  return true;
}

function clearAnswer(stage) {
  Object.assign(stage, { answer: null, changed: null, waiting: false });
  refreshAnswer(stage);
  refresh(stage);
  stage.send("ask", null);
  return true;
}

function takeBack(stage) {
  if (!undo(stage.region)) return false;
  stage.corner = null;
  repainted(stage);
  ask(stage);
  return true;
}

function clearRegion(stage) {
  stage.region = emptyRegion(stage.size);
  repainted(stage);
  clearAnswer(stage);
}

// Answers may come late: only the one to the last question counts.
function takeAnswer(stage, answer) {
  if (!stage.asking || !answer || answer.picture !== stage.asking.picture) return;
  if (answer.number !== stage.asked && stage.asked) return;
  Object.assign(stage, { answer, waiting: false });
  refreshAnswer(stage);
  if (!answer.changed) {
    stage.changed = null;
    refresh(stage);
    return;
  }
  loadImage(answer.changed, (image) => {
    if (stage.answer !== answer) return;
    stage.changed = image;
    refresh(stage);
  });
}

function askingTools(stage) {
  const names = ["brush", "rectangle", ...(stage.object ? ["point"] : []), "move"];
  const tools = choice(`${stage.group}-tool`, "Tool", names.map((name) => [name, TOOL_NAMES[name]]), stage.tool,
    (name) => { stage.tool = name; stage.corner = null; refresh(stage); });
  const another = button("Another picture", () => { stage.donor += 1; ask(stage); });
  const showAnother = () => another.classList.toggle("gone", stage.becomes !== "another");
  const becomes = menu(stage.asking.becomes, stage.becomes, (name) => {
    stage.becomes = name;
    showAnother();
    if (!isEmpty(stage.region)) ask(stage);
  });
  showAnother();
  return node("div", { class: "tools" }, tools,
    node("div", { class: "row" },
      labelled("Brush size", range(0.02, 0.25, 0.01, stage.radius, (value) => { stage.radius = value; })),
      labelled("It becomes", becomes)),
    node("div", { class: "row" }, button("Undo", () => takeBack(stage)),
      button("Start again", () => clearRegion(stage)), another));
}
