// The answer to the changed picture beside the answer to the picture as it is.

const MOST_BARS = 8;

function answerOf() {
  const sentence = node("p", { class: "sentence", role: "status" });
  const bars = node("ul", { class: "bars" });
  const note = node("p", { class: "note" });
  return { box: node("div", { class: "answer" }, sentence, bars, note), sentence, bars, note };
}

function refreshAnswer(stage) {
  const { sentence, bars, note, box } = stage.answerNodes;
  const { before, after, said, note: words } = stage.answer || stage.asking.unasked;
  box.setAttribute("aria-busy", String(Boolean(stage.waiting)));
  sentence.textContent = said;
  note.textContent = words || "";
  bars.replaceChildren(...rowsOf(stage, before, after || before).map((row) => barOf(stage, row, Boolean(after))));
}

function rowsOf(stage, before, after) {
  const rows = stage.asking.classes.map((name, at) => ({ name, at, before: before[at], after: after[at] }));
  if (rows.length <= MOST_BARS) return rows;
  const truth = stage.asking.truth;
  const weight = (row) => (row.at === truth ? 2 : Math.max(row.before, row.after));
  return rows.sort((one, other) => weight(other) - weight(one)).slice(0, MOST_BARS);
}

function barOf(stage, { name, at, before, after }, changed) {
  const bar = node("span", { class: "bar", style: `width: ${100 * after}%` });
  const mark = node("span", { class: "before", style: `left: ${100 * before}%` });
  const truth = at === stage.asking.truth;
  const told = changed ? `${percentText(before)} → ${percentText(after)}` : percentText(after);
  return node("li", truth ? { class: "truth" } : {},
    node("span", { class: "name" }, truth ? `${name} (true)` : name),
    node("span", { class: "track", "aria-hidden": "true" }, bar, changed ? mark : null),
    node("span", { class: "told" }, told));
}
