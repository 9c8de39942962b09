// What the colours of a map mean, with the numbers at the ends of its scale.

function legendOf(stage, map) {
  const strip = node("canvas", { class: "strip", "aria-hidden": "true" });
  [strip.width, strip.height] = [256, 1];
  const legend = node("div", { class: "legend" }, strip, node("p", { class: "ends", "aria-hidden": "true" }),
    node("p", { class: "meaning" }), map.figure ? node("p", { class: "figure" }, map.figure) : null);
  return { map, legend, strip, ends: legend.querySelector(".ends"), meaning: legend.querySelector(".meaning") };
}

function refreshLegend(stage, { map, strip, ends, meaning }) {
  const table = tableOf(map, stage.look.colours, stage.tables);
  const pixels = new ImageData(256, 1);
  for (let at = 0; at < 256; at++) pixels.data.set([table[3 * at], table[3 * at + 1], table[3 * at + 2], 255], 4 * at);
  strip.getContext("2d").putImageData(pixels, 0, 0);
  ends.replaceChildren(...(map.signed ? [map.low, 0, map.high] : [map.low, map.high])
    .map((value) => node("span", {}, numberText(value))));
  const diverging = stage.look.colours === "diverging" || (stage.look.colours === "auto" && map.signed);
  meaning.textContent = diverging ? map.meaning.diverging : map.meaning.sequential;
}
