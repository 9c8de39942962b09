// One canvas: the picture in its window, a map over it, the region that is painted, and the cursor.

function fitted(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) => Math.round(side * ratio));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  return ratio;
}

function drawPane(stage, pane) {
  const ratio = fitted(pane.canvas);
  const { width, height } = pane.canvas;
  if (!width || !height) return;
  const brush = pane.canvas.getContext("2d");
  brush.clearRect(0, 0, width, height);
  const [left, right] = pane.shows(stage);
  drawLayer(stage, pane, brush, left);
  if (right !== undefined) {
    drawBeyond(stage, pane, brush, right);
    drawDivider(stage, brush, width, height, ratio);
  }
  if (pane.asks) drawRegion(stage, brush, width, height, ratio);
  drawCursor(stage, brush, width, height, ratio);
}

function drawLayer(stage, pane, brush, map) {
  const picture = (pane.asks && stage.changed) || stage.photo;
  if (picture) drawImage(stage, brush, picture);
  if (!map) return;
  brush.globalAlpha = stage.look.overlay;
  drawImage(stage, brush, overlayOf(stage, map));
  brush.globalAlpha = 1;
}

function drawImage(stage, brush, image) {
  const { width, height } = brush.canvas;
  const { zoom, x, y } = stage.view;
  const enlarged = (width * zoom) / image.width;
  // Few pixels keep their hard edges, as everywhere in Hunch; a photograph is drawn smooth.
  brush.imageSmoothingEnabled = stage.smooth || enlarged < 1;
  brush.imageSmoothingQuality = "high";
  brush.drawImage(image, -x * zoom * width, -y * zoom * height, zoom * width, zoom * height);
}

function overlayOf(stage, map) {
  const key = `${map.name} ${stage.look.colours}`;
  if (!stage.overlays.has(key)) {
    const table = tableOf(map, stage.look.colours, stage.tables);
    stage.overlays.set(key, coloured(map, stage.size, table));
  }
  return stage.overlays.get(key);
}

function drawBeyond(stage, pane, brush, map) {
  const { width, height } = brush.canvas;
  const from = Math.round(stage.look.wipe * width);
  brush.save();
  brush.beginPath();
  brush.rect(from, 0, width - from, height);
  brush.clip();
  brush.clearRect(from, 0, width - from, height);
  drawLayer(stage, pane, brush, map);
  brush.restore();
}

function drawDivider(stage, brush, width, height, ratio) {
  const x = Math.round(stage.look.wipe * width);
  line(brush, new Path2D(`M${x} 0V${height}`), "#ffffff", 4 * ratio);
  line(brush, new Path2D(`M${x} 0V${height}`), stage.ink.dark, 2 * ratio);
}

function line(brush, path, colour, wide) {
  brush.strokeStyle = colour;
  brush.lineWidth = wide;
  brush.stroke(path);
}

function drawRegion(stage, brush, width, height, ratio) {
  if (!stage.outline) return;
  const { zoom, x, y } = stage.view;
  const scale = [(zoom * width) / stage.size[0], (zoom * height) / stage.size[1]];
  const placed = new Path2D();
  placed.addPath(stage.outline, new DOMMatrix([scale[0], 0, 0, scale[1], -x * zoom * width, -y * zoom * height]));
  line(brush, placed, "#ffffff", 3.5 * ratio);
  line(brush, placed, stage.ink.mark, 1.75 * ratio);
}

function drawCursor(stage, brush, width, height, ratio) {
  if (!stage.cursor) return;
  const { zoom, x, y } = stage.view;
  const at = [(stage.cursor.x - x) * zoom * width, (stage.cursor.y - y) * zoom * height];
  const arm = 7 * ratio;
  const path = new Path2D(`M${at[0] - arm} ${at[1]}h${2 * arm}M${at[0]} ${at[1] - arm}v${2 * arm}`);
  line(brush, path, "#ffffff", 3.5 * ratio);
  line(brush, path, stage.ink.dark, 1.5 * ratio);
}
