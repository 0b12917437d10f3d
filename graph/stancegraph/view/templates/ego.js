// One actor: what it is for on the left, against on the right; on each line the records, behind them
// who speaks in them, below all the events to which they refer.

const EGO = {
  wide: {
    width: 920,
    box: 352,
    boxWidth: 200,
    record: 118,
    speaker: 118,
    top: 44,
    zone: 84,
    labels: "options",
  },
  tall: {
    width: 384,
    box: 130,
    boxWidth: 120,
    record: 28,
    speaker: 80,
    top: 110,
    zone: 64,
    labels: "narrow",
  },
};
const RECORDS_AT_MOST = 4;
const LANES_AT_MOST = 60;

function egoScene(isNarrow) {
  const form = EGO[isNarrow ? "tall" : "wide"];
  const rows = egoRows();
  const scene = {
    key: `actor ${here.actor} ${isNarrow}`,
    width: form.width,
    centre: 0,
    zones: [],
    nodes: [],
    edges: [],
    items: [],
  };
  if (!here.actor) return emptyScene();
  const lanes = rows.map((row) => egoLane(row, form, isNarrow));
  const sides = [
    lanes.filter((l) => l.side < 0),
    lanes.filter((l) => l.side > 0),
    lanes.filter((l) => l.side === 0),
  ];
  const isOneSided = sides[0].length + sides[1].length > 0;
  const room = Math.max(heightOf(sides[0]), heightOf(sides[1]), isNarrow ? 0 : isOneSided ? 150 : 96);
  const middle = isNarrow ? 56 : form.top + room / 2;
  scene.nodes.push(egoNode(middle, isNarrow));
  const start = (side) => (isNarrow ? form.top + 34 : form.top + (room - heightOf(side)) / 2);
  sides.slice(0, 2).forEach((side, i) => placeLanes(scene, side, i ? 1 : -1, start(side), form));
  const end = (isNarrow ? form.top + 34 : form.top) + room + 10;
  if (isOneSided) egoZones(scene, sides, isNarrow ? form.top : 0, end, form);
  scene.height = placeEvents(scene, placeUndecided(scene, sides[2], end, form), isNarrow);
  return scene;
}

// The lanes of an actor, those that are outright first; of very many only the first are drawn.
function egoRows() {
  const order = new Map(data.issues.flatMap(([, options]) => options).map((id, i) => [id, i]));
  const rank = (row) => [0, 1, 4, 3, 2][COLUMN_OF[row.stance]];
  const rows = shownRows().filter((row) => row.holder === here.actor);
  return rows
    .sort((a, b) => rank(a) - rank(b) || order.get(a.option) - order.get(b.option))
    .slice(0, LANES_AT_MOST);
}

function egoNode(y, isNarrow) {
  const { kind } = data.actors[here.actor];
  return {
    id: `${here.actor}@`,
    at: `${here.actor}@`,
    x: 0,
    y,
    role: "box",
    main: true,
    size: isNarrow ? 13.5 : 14.5,
    width: 136,
    lines: linesFor("names", actorName(here.actor)),
    glyph: { kind, own: true, colour: NEUTRAL, lines: [] },
  };
}

function egoLane(row, form, isNarrow) {
  const column = COLUMN_OF[row.stance];
  const lines = linesFor(form.labels, optionName(row.option));
  const groups = parallelsOf(row).map((readings) => ({
    readings,
    speakers: [...new Set(readings.map((r) => r[3]))].filter((s) => s !== row.holder),
  }));
  const box = lines.length * LINE + SMALL_LINE + 26;
  const told = groups.reduce((n, g) => n + g.speakers.length, 0);
  const body = isNarrow
    ? Math.max(box, groups.length * 26) + 21 * told
    : Math.max(
        box,
        groups.reduce((n, g) => n + groupHeight(g), 0),
      );
  return { row, lines, groups, box, height: body + 16, side: column < 2 ? -1 : column > 2 ? 1 : 0, isNarrow };
}

const groupHeight = (group) => 30 + group.speakers.reduce((sum, speaker) => sum + saidHeight(speaker), 0);
const saidHeight = (speaker) => 6 + 16 * linesFor("names", actorName(speaker)).length;

function heightOf(lanes) {
  return lanes.reduce((sum, lane) => sum + lane.height, 0);
}

function placeLanes(scene, lanes, sign, top, form) {
  let y = top;
  for (const lane of lanes) {
    placeLane(scene, lane, sign, y, form);
    y += lane.height;
  }
  return y;
}

function placeLane(scene, lane, sign, top, form) {
  const { row, groups } = lane;
  const centre = lane.isNarrow ? top + 8 + Math.max(lane.box, groups.length * 26) / 2 : top + lane.height / 2;
  const at = (x) => sign * x;
  scene.nodes.push({
    id: `@${row.option}`,
    at: row.id,
    x: at(form.box),
    y: centre,
    role: "box",
    width: form.boxWidth,
    size: lane.isNarrow ? 12.5 : 13.5,
    lines: lane.lines,
    note: t.stances[row.stance],
    noteColour: data.looks[row.stance].ink,
  });
  scene.items.push({
    at: row.id,
    words: `${optionName(row.option)}: ${t.stances[row.stance]}${row.is_hearsay ? `, ${t.hearsay_short}` : ""}`,
  });
  const heights = groups.map((g) => (lane.isNarrow ? 26 : groupHeight(g)));
  let y = centre - heights.reduce((a, b) => a + b, 0) / 2;
  let told = top + 8 + Math.max(lane.box, groups.length * 26) + 12;
  groups.forEach((group, i) => {
    const line = y + (lane.isNarrow ? 13 : 15);
    placeGroup(scene, row, group, i, at, line, form);
    told = placeSpeakers(scene, row, group, i, sign, lane.isNarrow ? told : line + 23, form);
    y += heights[i];
  });
}

// The line of readings that agree: from the actor by the records to the option.
function placeGroup(scene, row, { readings }, number, at, y, form) {
  const line = stanceLook(row, readings);
  const port = `${row.id}:port${number}`;
  const records = readings.slice(
    0,
    readings.length > RECORDS_AT_MOST ? RECORDS_AT_MOST - 1 : RECORDS_AT_MOST,
  );
  const isNarrow = form === EGO.tall;
  const drawnRecords = isNarrow ? readings.slice(0, 1) : records;
  drawnRecords.forEach(([record, , stance], i) =>
    scene.nodes.push(recordNode(record, stance, row, at(form.record + i * 23), y)),
  );
  const rest = readings.length - drawnRecords.length;
  const beside = isNarrow ? form.record + 22 : form.record + drawnRecords.length * 23;
  if (rest)
    scene.nodes.push({
      id: `${row.id}:more${number}`,
      at: `${readings[drawnRecords.length][0]}|${row.id}`,
      x: at(beside),
      y: y + 8,
      side: "above",
      role: "more",
      lines: [`+${rest}`],
    });
  scene.nodes.push(portNode(port, at(form.box - form.boxWidth / 2 - 1), y));
  const first = `${readings[0][0]}|${row.id}`;
  scene.edges.push({
    ...line,
    id: `${line.at}:from`,
    from: `${here.actor}@`,
    to: first,
    arrows: "",
    arrowStrikethrough: true,
  });
  scene.edges.push({ ...line, id: line.at, from: first, to: port });
  for (const [record, , stance, speaker] of readings)
    scene.items.push({ at: `${record}|${row.id}`, words: recordItem(record, stance, speaker, row) });
}

function recordNode(record, stance, row, x, y) {
  const id = `${record}|${row.id}`;
  return {
    id,
    at: id,
    x,
    y,
    role: "record",
    kind: data.records[record]?.kind || "statement",
    own: isOwnWord(row, record),
    colour: data.looks[stance].colour,
    lines: [],
    side: "above",
  };
}

function recordItem(record, stance, speaker, row) {
  return `${t.evidence_kinds[data.records[record]?.kind || "statement"]}, ${actorName(speaker)}: ${t.stances[stance]} ${fill(t.find_on, { option: optionName(row.option) })}`;
}

function placeSpeakers(scene, row, { readings, speakers }, number, sign, top, form) {
  let y = top;
  for (const speaker of speakers) {
    const id = `^${speaker}@${row.id}:${number}`;
    const side = sign < 0 ? "left" : "right";
    const x = sign * form.speaker;
    const lines = linesFor(form === EGO.tall ? "single" : "names", actorName(speaker));
    scene.nodes.push({
      ...speakerNode(id, speaker, [x, y + 8 * (lines.length - 1), side]),
      lines,
      room: form === EGO.tall ? 96 : LABEL_WIDTH,
    });
    const first = readings.find((reading) => reading[3] === speaker);
    scene.edges.push(
      greyEdge(
        `${id}>`,
        id,
        `${(recordsShown(scene, first, row) ? first : readings[0])[0]}|${row.id}`,
        `^${speaker}`,
        [`^${speaker}`],
      ),
    );
    y += form === EGO.tall ? 21 : saidHeight(speaker);
  }
  return y;
}

function recordsShown(scene, reading, row) {
  return scene.nodes.some((node) => node.id === `${reading[0]}|${row.id}`);
}

function egoZones(scene, sides, top, end, form) {
  const width = form.width / 2 - form.zone;
  const zone = (x, column, title, n) => ({
    box: [x, top, width, end - top],
    column,
    kind: "block",
    title,
    n,
  });
  scene.zones.push(
    zone(-form.width / 2, 0, t.network_for, sides[0].length),
    zone(form.zone, 4, t.network_against, sides[1].length),
  );
}

// The undecided stand below, left and right in turn, so that no line crosses a box.
function placeUndecided(scene, lanes, top, form) {
  if (!lanes.length) return top;
  scene.zones.push({
    box: [-form.width / 2, top, form.width, 0],
    column: 2,
    kind: "block",
    title: t.stances.undecided,
    n: lanes.length,
  });
  const ends = [0, 1].map((half) =>
    placeLanes(
      scene,
      lanes.filter((_, i) => i % 2 === half),
      half ? 1 : -1,
      top + 26,
      form,
    ),
  );
  return Math.max(...ends);
}

function placeEvents(scene, top, isNarrow) {
  const events = eventsNow();
  const eventOf = (node) => found(data.network.events, node.id.split("|")[0]);
  const records = scene.nodes.filter((node) => node.role === "record" && found(events, eventOf(node)));
  const ids = Object.keys(events).filter((id) => records.some((node) => eventOf(node) === id));
  const perRow = isNarrow ? 2 : 4;
  const step = isNarrow ? 180 : 220;
  ids.forEach((id, i) => {
    const inRow = Math.min(perRow, ids.length - perRow * Math.floor(i / perRow));
    const x = ((i % perRow) - (inRow - 1) / 2) * step;
    scene.nodes.push({
      id: `!${id}`,
      at: `!${id}`,
      x,
      y: top + 26 + 100 * Math.floor(i / perRow),
      side: "below",
      role: "event",
      kind: "event",
      own: true,
      colour: "#7a5c00",
      lines: linesFor("events", events[id].name),
    });
    scene.items.push({ at: `!${id}`, words: `${t.nodes.event}: ${events[id].name}` });
  });
  for (const node of records) {
    const event = `!${eventOf(node)}`;
    scene.edges.push({
      ...greyEdge(`${node.id}>${event}`, node.id, event, event, [event]),
      role: "event",
      dashes: [2, 4],
      colour: "#a8904a",
    });
  }
  return top + (ids.length ? 110 * Math.ceil(ids.length / perRow) : 10);
}
