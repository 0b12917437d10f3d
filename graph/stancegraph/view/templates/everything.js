// All actors: who agrees with whom, and everything at once.

function tiesScene(isNarrow) {
  const known = data.network.agreement;
  const shape = known[isNarrow ? "tall" : "wide"];
  const kept = new Set(shownRows().map((row) => `${row.holder}@`));
  const nodes = known.nodes
    .filter((node) => kept.has(node.id))
    .map((node) => actorNode(node.id, shape.spots[node.id]));
  const edges = known.edges
    .filter((edge) => kept.has(edge.from) && kept.has(edge.to))
    .map((edge) => tieEdge(edge, known.ties <= 30));
  const pairs = [...new Set(edges.map((edge) => edge.at))];
  return {
    ...shape,
    key: `agreement ${isNarrow}`,
    nodes,
    edges,
    fades: true,
    items: [
      ...nodes.map((node) => ({ at: node.at, words: tiesItem(node.id.slice(0, -1), pairs) })),
      ...pairs.map((at) => ({ at, words: pairItem(at) })),
    ],
  };
}

function actorNode(id, [x, y, side]) {
  const actor = id.slice(0, -1);
  return {
    id,
    at: id,
    x,
    y,
    side,
    role: "actor",
    kind: data.actors[actor].kind,
    colour: NEUTRAL,
    own: true,
    lines: linesFor("names", actorName(actor)),
  };
}

function tieEdge(edge, isNumbered) {
  const look = isNumbered
    ? {
        label: String(edge.n),
        font: { size: 12, face: FONT, color: edge.color, strokeWidth: 5, strokeColor: "#fff" },
      }
    : {};
  return {
    ...edge,
    ...look,
    color: undefined,
    colour: edge.color,
    of: [edge.from, edge.to, edge.at],
    role: "tie",
    arrowStrikethrough: true,
  };
}

function pairItem(at) {
  const [first, second] = at.split("~");
  const names = { first: actorName(first), second: actorName(second) };
  const pair = pairOf(first, second);
  return pair.shared >= data.least
    ? fill(t.agreement_cell, { ...names, ...pair })
    : fill(t.agreement_insufficient, { ...names, shared: counted("n_shared", pair.shared) });
}

function tiesItem(actor, pairs) {
  const others = pairs.filter((at) => at.split("~").includes(actor));
  return `${actorName(actor)}: ${counted("n_ties", others.length)}`;
}

function wholeScene(isNarrow) {
  const known = data.network.whole;
  return known.isCrowd ? crowdScene(known.crowd) : columnsScene(known[isNarrow ? "tall" : "wide"], isNarrow);
}

function columnsScene(shape, isNarrow) {
  const rows = shownRows().filter((row) => shape.spots[`${row.holder}@`] && shape.spots[`@${row.option}`]);
  const actors = [...new Set(rows.map((row) => `${row.holder}@`))].map((id) =>
    actorNode(id, shape.spots[id]),
  );
  const width = isNarrow ? 132 : BOX_WIDTH;
  const options = [...new Set(rows.map((row) => `@${row.option}`))].map((id) => {
    const [x, y] = shape.spots[id];
    return {
      id,
      at: id,
      x,
      y,
      role: "box",
      width,
      size: isNarrow ? 12.5 : 13.5,
      lines: linesFor(isNarrow ? "narrow" : "options", optionName(id.slice(1))),
    };
  });
  const ports = options.flatMap((box) =>
    boxPorts(
      box,
      rows.filter((row) => `@${row.option}` === box.id),
      shape,
    ),
  );
  return {
    ...shape,
    key: `whole ${isNarrow}`,
    nodes: [...actors, ...options, ...ports],
    edges: rows.map((row) => ({
      ...stanceLook(row, row.readings),
      id: row.id,
      at: row.id,
      from: `${row.holder}@`,
      to: `${row.id}:port`,
      width: row.is_hearsay ? 1.4 : 2.6,
    })),
    fades: true,
    items: rows.map((row) => ({
      at: row.id,
      words: `${campItem(row)} ${fill(t.find_on, { option: optionName(row.option) })}`,
    })),
  };
}

// Give every line its own point on the box, in the order in which the actors stand.
function boxPorts(box, rows, shape) {
  const ordered = [...rows].sort((a, b) => shape.spots[`${a.holder}@`][1] - shape.spots[`${b.holder}@`][1]);
  const step = Math.min(14, (boxHeight(box) - 8) / Math.max(1, ordered.length));
  return ordered.map((row, i) =>
    portNode(`${row.id}:port`, box.x - box.width / 2, box.y + (i - (ordered.length - 1) / 2) * step),
  );
}

const CELL = { width: 150, height: 58 };
// A crowd is drawn in few strokes: one path for each stance, one for all actors, one for all options.
function crowdScene({ width, height, spots }) {
  const rows = shownRows();
  const ids = [...new Set(rows.flatMap((row) => [`${row.holder}@`, `@${row.option}`]))].filter(
    (id) => spots[id],
  );
  const places = new Map(ids.map((id) => [`${spots[id][0]},${spots[id][1]}`, id]));
  // The rarer a stance, the later it is drawn, or it would be covered.
  const groups = stanceNames
    .map((stance) => [stance, rows.filter((row) => row.stance === stance)])
    .sort((a, b) => b[1].length - a[1].length);
  const paths = groups.map(([stance, held]) => [stance, linesPath(held, spots)]);
  return {
    key: "crowd",
    width,
    height,
    nodes: [],
    edges: [],
    zones: [],
    centre: width / 2 - CELL.width / 2,
    items: ids.slice(0, 300).map((id) => ({
      at: id,
      words: id.startsWith("@")
        ? `${t.nodes.option}: ${optionName(id.slice(1))}`
        : actorName(id.slice(0, -1)),
    })),
    paint: crowdPainter({ ids, spots, paths, rows, width, height }),
    pick: (x, y) =>
      places.get(`${Math.round(x / CELL.width) * CELL.width},${Math.round(y / CELL.height) * CELL.height}`) ||
      null,
  };
}

function linesPath(rows, spots) {
  return (ctx) => {
    ctx.beginPath();
    for (const row of rows) {
      ctx.moveTo(...spots[`${row.holder}@`]);
      ctx.lineTo(...spots[`@${row.option}`]);
    }
    ctx.stroke();
  };
}

// While it is moved a crowd is one picture of itself; at rest it is drawn sharply, with names.
function crowdPainter(crowd) {
  let still = null;
  return (ctx, scale, isMoving) => {
    const [left, top] = [-CELL.width / 2, -CELL.height / 2];
    if (!isMoving) {
      still = null;
      paintCrowd(ctx, scale, crowd);
      paintCrowdNames(ctx, scale, crowd);
    } else {
      still ||= stillOf(crowd, scale);
      ctx.drawImage(still, left, top, crowd.width, crowd.height);
    }
  };
}

const STILL_AT_MOST = 4_000_000;

function stillOf(crowd, scale) {
  const size = Math.min(scale, Math.sqrt(STILL_AT_MOST / (crowd.width * crowd.height)));
  const canvas = make("canvas", {
    width: Math.ceil(crowd.width * size),
    height: Math.ceil(crowd.height * size),
  });
  const ctx = canvas.getContext("2d");
  ctx.scale(size, size);
  ctx.translate(CELL.width / 2, CELL.height / 2);
  paintCrowd(ctx, size, crowd);
  return canvas;
}

const nearTo = (rows) =>
  rows.filter((row) => here.at && [row.id, `${row.holder}@`, `@${row.option}`].includes(here.at));

function paintCrowd(ctx, scale, { ids, spots, paths, rows }) {
  const near = nearTo(rows);
  ctx.globalAlpha = near.length ? 0.12 : Math.max(0.2, Math.min(1, 900 / rows.length));
  ctx.lineWidth = 1 / scale;
  for (const [stance, path] of paths) {
    ctx.strokeStyle = data.looks[stance].colour;
    path(ctx);
  }
  ctx.globalAlpha = 1;
  for (const row of near) paintStance(ctx, row, spots, scale);
  paintActors(ctx, ids, spots, scale);
}

// Names show where they can be read, and always those of the chosen node's neighbours.
function paintCrowdNames(ctx, scale, { ids, spots, rows }) {
  if (scale > 0.62) for (const id of ids) paintName(ctx, id, spots[id], 12.5);
  else for (const id of nearest(nearTo(rows))) paintName(ctx, id, spots[id], 13 / scale);
}

function nearest(rows) {
  return [...new Set(rows.flatMap((row) => [`${row.holder}@`, `@${row.option}`]))].slice(0, 40);
}

function paintStance(ctx, row, spots, scale) {
  const look = data.looks[row.stance];
  ctx.strokeStyle = look.colour;
  ctx.lineWidth = 2.2 / scale;
  ctx.setLineDash(look.dashes.map((d) => d / scale));
  ctx.beginPath();
  ctx.moveTo(...spots[`${row.holder}@`]);
  ctx.lineTo(...spots[`@${row.option}`]);
  ctx.stroke();
  ctx.setLineDash([]);
}

// Actors are round, options are square; what is chosen is larger.
function paintActors(ctx, ids, spots, scale) {
  const r = Math.max(9, 3 / scale);
  ctx.fillStyle = NEUTRAL;
  ctx.beginPath();
  for (const id of ids) {
    const [x, y] = spots[id];
    if (id.startsWith("@")) continue;
    ctx.moveTo(x + r, y);
    ctx.arc(x, y, r, 0, 2 * Math.PI);
  }
  ctx.fill();
  ctx.fillStyle = "#f0c94d";
  for (const id of ids)
    if (id.startsWith("@")) ctx.fillRect(spots[id][0] - r, spots[id][1] - r, 2 * r, 2 * r);
  const chosen = here.at && spots[here.at];
  if (chosen) drawHalo(ctx, here.at.startsWith("@") ? "person" : "country", ...chosen, 2 * r);
}

function paintName(ctx, id, [x, y], size) {
  const [words, kind] = id.startsWith("@")
    ? [optionName(id.slice(1)), "narrow"]
    : [actorName(id.slice(0, -1)), "single"];
  ctx.fillStyle = INK;
  text(
    ctx,
    linesFor(kind, words)[0] || "",
    x,
    y + 9 + size,
    `500 ${size}px ${FONT}`,
    "center",
    "rgba(255, 255, 255, 0.86)",
  );
}
