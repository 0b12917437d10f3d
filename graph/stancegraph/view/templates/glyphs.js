// How one node looks on the canvas: filled for own words, hollow for hearsay, a shape for each kind.

const FONT = '"Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif';
const INK = "#16191d";
const SOFT = "#4d5560";
const NEUTRAL = "#3a4149";
const GREY = "#a9b0b9";
const LINE = 17;
const SMALL_LINE = 14;
const BOX_WIDTH = 204;
const RADIUS = { holder: 13, actor: 13, speaker: 7, record: 9, event: 11, name: 8, more: 9 };

// Where every node and its label was drawn last, in canvas coordinates: [left, top, right, bottom].
const drawn = new Map();

function trace(ctx, kind, x, y, r) {
  ctx.beginPath();
  if (kind === "country" || kind === "statement") ctx.arc(x, y, r, 0, 2 * Math.PI);
  else if (kind === "alliance" || kind === "institution") polygon(ctx, x, y, 1.15 * r, 6, 0);
  else if (kind === "group") ctx.ellipse(x, y, 1.25 * r, 0.8 * r, 0, 0, 2 * Math.PI);
  else if (kind === "action") polygon(ctx, x, y, 1.25 * r, 4, 0);
  else if (kind === "vote") polygon(ctx, x, y + 0.15 * r, 1.25 * r, 3, -Math.PI / 2);
  else if (kind === "event") star(ctx, x, y, r);
  else ctx.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
  ctx.closePath();
}

function polygon(ctx, x, y, r, corners, turn) {
  for (let i = 0; i < corners; i += 1) {
    const angle = turn + (i * 2 * Math.PI) / corners;
    ctx.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
}

function star(ctx, x, y, r) {
  for (let i = 0; i < 10; i += 1) {
    const angle = -Math.PI / 2 + (i * Math.PI) / 5;
    const reach = i % 2 ? 0.45 * r : 1.1 * r;
    ctx.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
}

function drawShape(ctx, node, x, y, isChosen) {
  const r = RADIUS[node.role];
  if (isChosen) drawHalo(ctx, node.kind, x, y, r + 6);
  trace(ctx, node.kind, x, y, r);
  ctx.fillStyle = node.own ? node.colour : "#fff";
  ctx.fill();
  ctx.strokeStyle = node.colour;
  ctx.lineWidth = r < 10 ? 2 : 2.5;
  ctx.setLineDash(node.own || node.role === "speaker" || node.role === "event" ? [] : [4, 3]);
  ctx.stroke();
  ctx.setLineDash([]);
  drawSign(ctx, node, x, y, r);
  const away = node.side === "right" ? -1 : 1;
  (node.marks || []).forEach((sign, i) => drawMark(ctx, sign, x + away * r, y - r + 1 + 18 * i));
}

function drawHalo(ctx, kind, x, y, r) {
  trace(ctx, kind, x, y, r);
  ctx.fillStyle = "#ffd34d";
  ctx.fill();
  ctx.strokeStyle = INK;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

function drawSign(ctx, node, x, y, r) {
  ctx.fillStyle = node.own ? "#fff" : node.colour;
  if (node.kind === "unnamed") {
    text(ctx, "?", x, y + 0.5, `700 ${1.2 * r}px ${FONT}`, "center");
  } else if (node.kind === "institution") {
    ctx.beginPath();
    ctx.arc(x, y, 0.3 * r, 0, 2 * Math.PI);
    ctx.fill();
  }
}

function drawMark(ctx, sign, x, y) {
  ctx.beginPath();
  ctx.arc(x, y, 8, 0, 2 * Math.PI);
  ctx.fillStyle = "#fff";
  ctx.fill();
  ctx.strokeStyle = INK;
  ctx.lineWidth = 1.4;
  ctx.stroke();
  ctx.fillStyle = INK;
  text(ctx, sign, x, y + 0.5, `700 ${sign.length > 1 ? 9 : 12}px ${FONT}`, "center");
}

function text(ctx, words, x, y, font, align, halo) {
  ctx.font = font;
  ctx.textAlign = align;
  ctx.textBaseline = "middle";
  if (halo) {
    ctx.strokeStyle = halo;
    ctx.lineWidth = 4;
    ctx.lineJoin = "round";
    ctx.strokeText(words, x, y);
  }
  ctx.fillText(words, x, y);
}

function boxHeight(node) {
  return node.lines.length * LINE + (node.note ? SMALL_LINE + 2 : 0) + (node.glyph ? 26 : 0) + 24;
}

// Letters come down where a line of wide ones would not fit its place.
function fitting(ctx, words, weight, size, width) {
  const font = (px) => `${weight} ${px}px ${FONT}`;
  ctx.font = font(size);
  return font(Math.min(size, Math.floor((10 * size * width) / (ctx.measureText(words).width || 1)) / 10));
}

// A box with a name in it: an option, or the actor of whom all is drawn, with its shape above.
function drawBox(ctx, node, x, y, isChosen) {
  const height = boxHeight(node);
  const width = node.width || BOX_WIDTH;
  const [left, top] = [x - width / 2, y - height / 2];
  ctx.beginPath();
  ctx.roundRect(left, top, width, height, 7);
  ctx.fillStyle = isChosen ? "#ffd34d" : node.main ? "#fff6d6" : "#fff";
  ctx.fill();
  ctx.strokeStyle = INK;
  ctx.lineWidth = isChosen ? 2.5 : node.main ? 2 : 1.2;
  ctx.stroke();
  let line = top + 12 + LINE / 2;
  if (node.glyph) {
    drawShape(ctx, { ...node.glyph, role: "actor" }, x, top + 22, false);
    line += 26;
  }
  ctx.fillStyle = INK;
  const [weight, size] = node.main ? [650, node.size || 14.5] : [500, node.size || 13.5];
  node.lines.forEach((words, i) =>
    text(ctx, words, x, line + i * LINE, fitting(ctx, words, weight, size, width - 12), "center"),
  );
  if (node.note) {
    ctx.fillStyle = node.noteColour;
    text(ctx, node.note, x, line + node.lines.length * LINE + 1, `650 12px ${FONT}`, "center");
  }
  return [left, top, left + width, top + height];
}

const LABEL_SIZE = { holder: 14, actor: 14, speaker: 12.5, event: 12.5, name: 13, more: 12 };

const LABEL_WIDTH = 132;

// Draw a node's name and, for hearsay, whose; return the box that they take.
function drawLabel(ctx, node, x, y, isChosen) {
  const r = RADIUS[node.role];
  const size = LABEL_SIZE[node.role];
  const rows = [
    ...node.lines.map((line) => [
      line,
      LINE,
      fitting(ctx, line, isChosen ? 700 : 500, size, node.room || LABEL_WIDTH),
      INK,
    ]),
    ...(node.small || []).map((line) => [line, SMALL_LINE, `400 11.5px ${FONT}`, SOFT]),
  ];
  const height = rows.reduce((sum, row) => sum + row[1], 0);
  const align = { left: "right", right: "left" }[node.side] || "center";
  const at = x + ({ left: -r - (r < 10 ? 6 : 9), right: r + (r < 10 ? 6 : 9) }[node.side] || 0);
  let top = y - height / 2;
  if (node.side === "below") top = y + r + 5;
  if (node.side === "above") top = y - r - 5 - height;
  let width = 0;
  let line = top;
  for (const [words, step, font, colour] of rows) {
    ctx.fillStyle = colour;
    text(ctx, words, at, line + step / 2, font, align, "rgba(255, 255, 255, 0.86)");
    width = Math.max(width, ctx.measureText(words).width);
    line += step;
  }
  const left = at - { right: width, left: 0, center: width / 2 }[align];
  return [left, top, left + width, top + height];
}

const NOTHING = { drawNode() {}, nodeDimensions: { width: 1, height: 1 } };

// Return the renderer that vis-network calls for every node of shape "custom".
function rendererFor(picture) {
  return ({ ctx, id, x, y }) => {
    const node = picture.node(id);
    if (!node || node.role === "port") return NOTHING;
    const isChosen = picture.isChosen(node);
    if (node.role === "box") return boxRenderer(ctx, node, x, y, isChosen);
    const r = RADIUS[node.role];
    return {
      drawNode() {
        if (node.role !== "more") drawShape(ctx, node, x, y, isChosen);
        drawn.set(id, {
          glyph: node.role === "more" ? null : [x - r - 3, y - r - 3, x + r + 3, y + r + 3],
          label: null,
        });
      },
      drawExternalLabel() {
        if (!node.lines.length) return;
        const label = drawLabel(ctx, node, x, y, isChosen);
        if (drawn.has(id)) drawn.get(id).label = label;
      },
      nodeDimensions: { width: 2 * r + 4, height: 2 * r + 4 },
    };
  };
}

function boxRenderer(ctx, node, x, y, isChosen) {
  return {
    drawNode() {
      drawn.set(node.id, { glyph: drawBox(ctx, node, x, y, isChosen), label: null });
    },
    nodeDimensions: { width: node.width || BOX_WIDTH, height: boxHeight(node) },
  };
}
