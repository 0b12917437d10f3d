// One option: supporters left, opponents right, each at the place that Python gave to its stance.

const COLUMN_OF = {
  supports: 0,
  "leans-support": 1,
  undecided: 2,
  "not-disclosed": 2,
  "leans-oppose": 3,
  opposes: 4,
};

function linesFor(kind, words) {
  return found(data.network.labels[kind], words) || (words ? [words] : []);
}

const SIDES_OF_LABELS = ["below", "above", "left", "right", "inside"];
const HEADINGS = ["supports", "leans-support", "undecided", "leans-oppose", "opposes"];
const CROWD_LETTERS = 16;

function lookOf(column) {
  return data.looks[HEADINGS[column]];
}

// Read a layout as Python packed it: places and ports are in the order of the ids.
function unpacked(known, name) {
  const { size, at, ports, zones, hubs } = known[name];
  const [width, centre, height] = size;
  const pairs = (flat) => flat.flatMap((x, i) => (i % 2 ? [] : [[x, flat[i + 1]]]));
  return {
    width,
    centre,
    height,
    hubs,
    spots: Object.fromEntries(at.map(([x, y, side], i) => [known.ids[i], [x, y, SIDES_OF_LABELS[side]]])),
    ports: Object.fromEntries((ports || []).map((flat, i) => [known.ids[i], pairs(flat)])),
    zones: zones.map(([x, y, w, h, column, kind]) => ({
      box: [x, y, w, h],
      column,
      kind,
      title: column === null ? "" : t.stances[HEADINGS[column]],
    })),
  };
}

function campsScene(isNarrow) {
  const known = found(data.network.scenes, here.option);
  if (!known) return emptyScene();
  const full = byId("speakers").checked && known.wideFull ? "Full" : "";
  const shape = unpacked(known, (isNarrow ? "tall" : "wide") + full);
  const rows = shownRows().filter((row) => shape.spots[slotOf(row)]);
  const holders = rows.map((row) => holderNode(row, shape, known.isCrowd));
  const speakers = full ? speakersOf(rows, shape) : [];
  const nodes = [...boxesOf_(shape), ...holders, ...speakers, ...portNodes(rows, shape)];
  const ids = new Set(nodes.map((node) => node.id));
  const says = full ? rows.flatMap((row) => saysEdges(row)).filter((edge) => ids.has(edge.from)) : [];
  const lines = known.isCrowd ? campLines(rows, shape, nodes) : rows.flatMap((row) => stanceEdges(row));
  return {
    key: `option ${here.option} ${isNarrow}${full}`,
    ...shape,
    zones: shape.zones.map((zone) => ({ ...zone, n: countIn(zone, rows, holders) })),
    nodes,
    edges: [...says, ...lines],
    items: rows.map((row) => ({ at: row.id, words: campItem(row) })),
  };
}

function emptyScene() {
  return { key: "empty", width: 760, height: 80, centre: 0, zones: [], nodes: [], edges: [], items: [] };
}

function slotOf(row) {
  return `${row.id}#${COLUMN_OF[row.stance]}`;
}

function boxesOf_(shape) {
  return Object.entries(shape.spots)
    .filter(([id]) => id.startsWith("@"))
    .map(([id, [x, y]]) => {
      const option = id.slice(1);
      return {
        id,
        at: id,
        x,
        y,
        role: "box",
        lines: linesFor("options", optionName(option)),
        main: option === here.option,
      };
    });
}

function holderNode(row, shape, isCrowd) {
  const [x, y, side] = shape.spots[slotOf(row)];
  const name = actorName(row.holder);
  return {
    id: row.id,
    at: row.id,
    x,
    y,
    side,
    role: isCrowd ? "name" : "holder",
    lines: isCrowd ? [crowdLine(row, name)] : linesFor("names", name),
    small: isCrowd ? [] : linesFor("told", row.told),
    kind: data.actors[row.holder].kind,
    colour: data.looks[row.stance].colour,
    own: !row.is_hearsay,
    marks: isCrowd ? [] : marksOf(row),
    room: isCrowd ? 116 : LABEL_WIDTH,
    column: COLUMN_OF[row.stance],
    stance: row.stance,
    option: row.option,
  };
}

// Where names are one line each, their marks stand before them.
function crowdLine(row, name) {
  const marks = marksOf(row)
    .map((sign) => `${sign} `)
    .join("");
  return `${marks}${shortened(linesFor("single", name)[0], CROWD_LETTERS - marks.length)}`;
}

// A column counts those who stand on the option itself; the parts of a phone's picture, each its own.
function countIn(zone, rows, holders) {
  if (zone.column === null) return 0;
  if (zone.kind === "column")
    return rows.filter((row) => row.option === here.option && COLUMN_OF[row.stance] === zone.column).length;
  const [x, y, width, height] = zone.box;
  return holders.filter(
    (n) => n.column === zone.column && n.x >= x && n.x <= x + width && n.y >= y && n.y <= y + height,
  ).length;
}

// Readings of one role and stance share a line, those of other stances have their own beside it.
function parallelsOf(row) {
  const groups = new Map();
  for (const reading of row.readings) {
    const key = `${reading[1]} ${reading[2]}`;
    groups.set(key, [...(groups.get(key) || []), reading]);
  }
  return [...groups.values()];
}

function portNodes(rows, shape) {
  return rows.flatMap((row) =>
    (shape.ports[slotOf(row)] || [])
      .slice(0, parallelsOf(row).length)
      .map(([x, y], i) => portNode(`${row.id}:port${i}`, x, y)),
  );
}

function portNode(id, x, y) {
  return { id, x, y, role: "port", lines: [] };
}

function stanceEdges(row) {
  return parallelsOf(row).map((readings, i) => ({
    id: `${readings[0][0]}|${row.id}`,
    from: row.id,
    to: `${row.id}:port${i}`,
    ...stanceLook(row, readings),
  }));
}

// What decides a position is its line; what else is on record is thin and dotted.
function stanceLook(row, readings) {
  const [record, role, stance] = readings[0];
  const look = data.looks[stance];
  const isBeside = role === "dissents" || role === "superseded";
  return {
    at: `${record}|${row.id}`,
    of: [row.id, `${row.holder}@`, `@${row.option}`],
    role,
    records: readings.map((reading) => reading[0]),
    stance,
    colour: look.colour,
    width: role === "decides" ? (row.is_hearsay ? 1.9 : 3.4) : 1.5,
    dashes: isBeside ? [3, 6] : look.dashes.length ? look.dashes : false,
    arrows: headOf(look),
    arrowStrikethrough: look.head === "bar",
  };
}

function headOf(look) {
  return {
    to: { enabled: look.head !== "none", type: look.head === "none" ? "arrow" : look.head, scaleFactor: 0.7 },
  };
}

function greyEdge(id, from, to, at, of) {
  return { id, from, to, at, of, role: "says", colour: GREY, width: 1.3, arrows: "" };
}

function speakerNodeOf(speaker, row) {
  const holder = `${speaker}@${row.option}`;
  return rowOf(holder) ? holder : `^${speaker}@${row.option}`;
}

function speakersOf(rows, shape) {
  const nodes = new Map();
  for (const row of rows) {
    for (const speaker of new Set(row.readings.map((reading) => reading[3]))) {
      const id = `^${speaker}@${row.option}`;
      const spot = shape.spots[id];
      if (spot && speakerNodeOf(speaker, row) === id && !nodes.has(id))
        nodes.set(id, speakerNode(id, speaker, spot));
    }
  }
  return [...nodes.values()];
}

function speakerNode(id, speaker, [x, y, side]) {
  const name = actorName(speaker);
  return {
    id,
    at: `^${speaker}`,
    x,
    y,
    side,
    role: "speaker",
    kind: data.actors[speaker]?.kind,
    colour: "#6a727c",
    own: false,
    lines: linesFor("names", name),
  };
}

function saysEdges(row) {
  const speakers = [...new Set(row.readings.map((reading) => reading[3]))].filter((s) => s !== row.holder);
  return speakers.map((speaker) =>
    greyEdge(`${speaker}>${row.id}`, speakerNodeOf(speaker, row), row.id, row.id, [`^${speaker}`, row.id]),
  );
}

// Where too many stand for a line each, one line stands for a camp, as broad as the camp is large.
function campLines(rows, shape, nodes) {
  return Object.entries(shape.hubs || {}).flatMap(([id, ends]) => {
    const [option, column] = id.slice(1).split("#");
    const camp = rows.filter((row) => row.option === option && COLUMN_OF[row.stance] === Number(column));
    if (!camp.length) return [];
    ends.forEach(([x, y], i) => nodes.push(portNode(`${id}:${i}`, x, y)));
    const look = data.looks[camp[0].stance];
    const width = 2 + 8 * (camp.length / rows.length);
    return [
      {
        id,
        from: `${id}:0`,
        to: `${id}:1`,
        at: `@${option}`,
        of: [],
        role: "camp",
        stance: camp[0].stance,
        colour: look.colour,
        width,
        dashes: look.dashes.length ? look.dashes : false,
        arrows: headOf(look),
        arrowStrikethrough: look.head === "bar",
      },
    ];
  });
}

function campItem(row) {
  const parts = [
    t.kinds[data.actors[row.holder].kind],
    t.stances[row.stance],
    ...(row.is_hearsay ? [t.hearsay_short] : []),
    ...(row.flags || []).map((flag) => flag[1]),
  ];
  const on = row.option === here.option ? "" : ` ${fill(t.find_on, { option: optionName(row.option) })}`;
  return `${actorName(row.holder)}: ${parts.join(", ")}${on}`;
}
