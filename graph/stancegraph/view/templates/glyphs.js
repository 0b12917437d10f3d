// How one node looks on the canvas: filled for own words, hollow for hearsay, a shape for each kind.

const FONT = '"Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif';
const INK = "#16191d";
const LINE = 17;
const SMALL_LINE = 14;
const RADIUS = { holder: 13, speaker: 8 };
const BOX_WIDTH = 204;

// Where every node and its label was drawn last, in canvas coordinates: [left, top, right, bottom].
const drawn = new Map();

function trace(ctx, kind, x, y, r) {
  ctx.beginPath();
  if (kind === "country") {
    ctx.arc(x, y, r, 0, 2 * Math.PI);
  } else if (kind === "alliance" || kind === "institution") {
    for (let i = 0; i < 6; i += 1) {
      const angle = (i * Math.PI) / 3;
      ctx.lineTo(x + 1.15 * r * Math.cos(angle), y + 1.15 * r * Math.sin(angle));
    }
  } else if (kind === "group") {
    ctx.ellipse(x, y, 1.25 * r, 0.8 * r, 0, 0, 2 * Math.PI);
  } else {
    ctx.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
  }
  ctx.closePath();
}

function drawShape(ctx, node, side, x, y, isChosen) {
  const r = RADIUS[node.role];
  if (isChosen) {
    trace(ctx, node.kind, x, y, r + 6);
    ctx.fillStyle = "#ffd34d";
    ctx.fill();
    ctx.strokeStyle = INK;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }
  trace(ctx, node.kind, x, y, r);
  ctx.fillStyle = node.own ? node.color : "#fff";
  ctx.fill();
  ctx.strokeStyle = node.color;
  ctx.lineWidth = 2.5;
  ctx.setLineDash(node.own || node.role === "speaker" ? [] : [4, 3]);
  ctx.stroke();
  ctx.setLineDash([]);
  drawSign(ctx, node, x, y, r);
  const away = side === "right" ? -1 : 1;
  (node.marks || []).forEach((mark, i) => drawMark(ctx, mark, x + away * r, y - r + 1 + 18 * i));
}

function drawSign(ctx, node, x, y, r) {
  ctx.fillStyle = node.own ? "#fff" : node.color;
  if (node.kind === "unnamed") {
    text(ctx, "?", x, y + 0.5, `700 ${1.2 * r}px ${FONT}`, "center");
  } else if (node.kind === "institution") {
    ctx.beginPath();
    ctx.arc(x, y, 0.3 * r, 0, 2 * Math.PI);
    ctx.fill();
  }
}

function drawMark(ctx, mark, x, y) {
  ctx.beginPath();
  ctx.arc(x, y, 8, 0, 2 * Math.PI);
  ctx.fillStyle = "#fff";
  ctx.fill();
  ctx.strokeStyle = INK;
  ctx.lineWidth = 1.4;
  ctx.stroke();
  ctx.fillStyle = INK;
  text(ctx, mark, x, y + 0.5, `700 ${mark.length > 1 ? 9 : 12}px ${FONT}`, "center");
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

function drawOption(ctx, node, x, y, isChosen) {
  const height = node.lines.length * LINE + 24;
  ctx.beginPath();
  ctx.roundRect(x - BOX_WIDTH / 2, y - height / 2, BOX_WIDTH, height, 7);
  ctx.fillStyle = isChosen ? "#ffd34d" : node.main ? "#fff6d6" : "#fff";
  ctx.fill();
  ctx.strokeStyle = INK;
  ctx.lineWidth = isChosen ? 2.5 : node.main ? 2 : 1.2;
  ctx.stroke();
  ctx.fillStyle = INK;
  const font = `${node.main ? 650 : 500} ${node.main ? 14.5 : 13.5}px ${FONT}`;
  const top = y - ((node.lines.length - 1) * LINE) / 2;
  node.lines.forEach((line, i) => text(ctx, line, x, top + i * LINE, font, "center"));
  return [x - BOX_WIDTH / 2, y - height / 2, x + BOX_WIDTH / 2, y + height / 2];
}

// Draw a node's name and, for hearsay, whose; return the box that they take.
function drawLabel(ctx, node, side, x, y, isChosen) {
  const r = RADIUS[node.role];
  const size = node.role === "speaker" ? 13 : 14;
  const rows = [
    ...node.lines.map((line) => [line, LINE, `${isChosen ? 700 : 500} ${size}px ${FONT}`, INK]),
    ...(node.small || []).map((line) => [line, SMALL_LINE, `400 11.5px ${FONT}`, "#4d5560"]),
  ];
  const height = rows.reduce((sum, row) => sum + row[1], 0);
  const align = { left: "right", right: "left" }[side] || "center";
  const at = x + { left: -r - 9, right: r + 9 }[side] || x;
  let top = y - height / 2;
  if (side === "below") top = y + r + 5;
  if (side === "above") top = y - r - 5 - height;
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

// Return the renderer that vis-network calls for every node of shape "custom".
function rendererFor(picture) {
  return ({ ctx, id, x, y }) => {
    const node = picture.node(id);
    if (!node || node.role === "port") return { drawNode() {}, nodeDimensions: { width: 1, height: 1 } };
    const isChosen = picture.isChosen(id);
    if (node.role === "option") {
      const height = node.lines.length * LINE + 24;
      return {
        drawNode() {
          drawn.set(id, { glyph: drawOption(ctx, node, x, y, isChosen), label: null });
        },
        nodeDimensions: { width: BOX_WIDTH, height },
      };
    }
    const r = RADIUS[node.role];
    return {
      drawNode() {
        drawShape(ctx, node, picture.labelSide(id), x, y, isChosen);
        drawn.set(id, { glyph: [x - r - 3, y - r - 3, x + r + 3, y + r + 3], label: null });
      },
      drawExternalLabel() {
        const label = drawLabel(ctx, node, picture.labelSide(id), x, y, isChosen);
        if (drawn.has(id)) drawn.get(id).label = label;
      },
      nodeDimensions: { width: 2 * r + 4, height: 2 * r + 4 },
    };
  };
}
