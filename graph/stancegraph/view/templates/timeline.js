// Timeline: a lane for each position; marks for records, bars for the days on which they can have happened.

const DAY = 86400000;
const TIMELINE_LANES_AT_MOST = 120;
const FEW_DAYS = 3;
const MARKS_APART = 26;
const LINES_AT_MOST = 5;
const UNDATED_WIDTH = 88;
const RANKS = { decides: 0, dissents: 1, superseded: 1, agrees: 2 };

views.timeline = {
  honest: () => [...views.timeline.caption(), t.honest_timeline].join(" "),
  // What is not drawn is said, on the page and on what is saved of it.
  caption() {
    const lanes = timelineLanes();
    const n = drawnLanes(lanes).length;
    return n < lanes.length ? [fill(t.picture_lanes, { n: grouped(n), total: grouped(lanes.length) })] : [];
  },
  render(root) {
    const lanes = drawnLanes(timelineLanes());
    const scale = timelineScale(lanes, trackWidth(root));
    if (!scale) return;
    root.append(
      make(
        "div",
        { class: "timeline", role: "group", "aria-describedby": "verdict" },
        axis(scale),
        eventLane(scale),
        ...laneGroups(lanes, scale),
      ),
      evidenceKey(),
    );
  },
  table: () => [
    [t.col_record, t.kind, t.col_actor, t.col_stance, t.option, t.when, t.source, t.col_gist],
    ...timelineLanes().flatMap((lane) =>
      lane.readings.map(([id, , stance]) => {
        const record = data.records[id];
        return [
          id,
          t.evidence_kinds[record.kind],
          actorName(lane.row.holder),
          t.stances[stance],
          optionName(lane.row.option),
          record.when,
          `${data.sources[record.source].title}, ${record.paragraph}`,
          record.gist,
        ];
      }),
    ),
  ],
};

// Every position of the last day, with what of it is known at the step that is shown.
function timelineLanes() {
  const known = new Map(rowsNow().map((row) => [row.id, row]));
  return rowsOfStep
    .at(-1)
    .filter((row) => filters.passes(row))
    .map((row) => ({ row, now: known.get(row.id) || null, readings: known.get(row.id)?.readings || [] }));
}

// Of too many lanes those that moved, then a cross-section that begins with the option in question;
// and whatever is chosen.
function drawnLanes(lanes) {
  const asked = optionsInQuestion();
  const groups = [[], [], []];
  for (const lane of lanes)
    groups[hasMoved(lane.row) ? 0 : asked.includes(lane.row.option) ? 1 : 2].push(lane);
  const kept = new Set();
  for (const group of groups)
    for (const lane of thinned(group, TIMELINE_LANES_AT_MOST - kept.size)) kept.add(lane);
  return lanes.filter((lane) => kept.has(lane) || lane.row.id === here.at);
}

// Whether a record on another side is surely older than the one that decides.
function hasMoved({ readings: [[deciding], ...others] }) {
  const { first } = data.records[deciding];
  return others.some(([id, role]) => RANKS[role] === 1 && data.records[id].last < first);
}

// As many, evenly spread over all.
function thinned(all, most) {
  return all.length > most
    ? Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)])
    : all;
}

const time = (day) => (day ? Date.parse(day) : null);

// The latest day a record or an event can be of, or the earliest where that is all we know.
const dayOf = ({ first, last }) => time(last) ?? time(first);

// How many pixels wide the lanes will be.
function trackWidth(root) {
  const lane = make("div", { class: "lane" }, make("div"), make("div", { class: "track" }));
  root.append(lane);
  const width = lane.lastChild.clientWidth;
  lane.remove();
  return Math.max(160, width);
}

// From the earliest day by which something was known to the last, with a little room on either side,
// and at the right a place for that of which no day is known.
function timelineScale(lanes, width) {
  const readings = lanes.flatMap((lane) => [...lane.row.readings, ...lane.readings]);
  const known = readings.map(([id]) => dayOf(data.records[id]));
  const ends = [...known, time(data.steps.at(-1).day)].filter((x) => x !== null);
  if (!ends.length) return null;
  const isUndated = known.includes(null);
  const dated = width - (isUndated ? UNDATED_WIDTH : 0);
  const [first, last] = ends.reduce(
    ([low, high], x) => [Math.min(low, x), Math.max(high, x)],
    [Infinity, -Infinity],
  );
  const room = Math.max(2 * DAY, (last - first) * 0.08);
  const from = first - room;
  const to = last + Math.max(room * 0.6, ((last - from) * 14) / (dated - 14));
  const at = (x) =>
    x === null ? width - UNDATED_WIDTH / 2 : dated * Math.max(0, Math.min(1, (x - from) / (to - from)));
  return { from, to, width, isUndated, at: (x) => (100 * at(x)) / width };
}

const STRIDES = [1, 2, 7, 14]
  .map((n) => ({ days: n }))
  .concat([1, 3, 6, 12, 24, 60, 120, 240].map((n) => ({ months: n })));

function ticks(scale) {
  const span = (scale.to - scale.from) / DAY;
  const stride = STRIDES.find((s) => span / (s.days || s.months * 30.4) <= 8) || STRIDES.at(-1);
  const days = [];
  const start = new Date(scale.from);
  if (stride.days) {
    const first = Math.ceil(scale.from / (stride.days * DAY)) * stride.days * DAY;
    for (let x = first; x < scale.to; x += stride.days * DAY)
      days.push([x, `${new Date(x).getUTCDate()} ${t.months_short[new Date(x).getUTCMonth()]}`]);
    return days;
  }
  const month =
    Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth() + 1) / stride.months) * stride.months;
  for (let m = month; ; m += stride.months) {
    const x = Date.UTC(Math.floor(m / 12), m % 12, 1);
    if (x >= scale.to) return days;
    days.push([
      x,
      stride.months >= 12 ? String(Math.floor(m / 12)) : `${t.months_short[m % 12]} ${Math.floor(m / 12)}`,
    ]);
  }
}

// The labels of days: none touches another one, or the line of the day that is shown.
function axis(scale) {
  const px = (x) => (scale.at(x) * scale.width) / 100;
  const day = time(data.steps[stepShown()].day);
  const end = scale.isUndated ? scale.width - UNDATED_WIDTH : scale.width;
  let free = 0;
  const labels = [];
  for (const [x, label] of ticks(scale)) {
    const half = label.length * 3.5 + 4;
    const at = px(x);
    if (at - half < free || at + half > end || (day !== null && Math.abs(at - px(day)) < half)) continue;
    labels.push(make("span", { class: "tick", style_left: scale.at(x) }, label));
    free = at + half + 4;
  }
  if (scale.isUndated)
    labels.push(make("span", { class: "tick", style_left: scale.at(null) }, t.timeline_undated));
  if (day !== null) labels.push(make("span", { class: "cursor", style_left: scale.at(day) }));
  return make(
    "div",
    { class: "lane axis", "aria-hidden": "true" },
    make("div", { class: "lane-name" }),
    make("div", { class: "track" }, ...labels),
  );
}

function eventLane(scale) {
  const placed = Object.entries(eventsNow())
    .map(([id, event]) => ({ ...event, id, end: dayOf(event) }))
    .filter((e) => e.end !== null);
  if (!placed.length) return "";
  const marks = placed.sort((a, b) => a.end - b.end).map((event) => eventMark(event, scale));
  return make(
    "div",
    { class: "lane events" },
    make("div", { class: "lane-name" }, t.timeline_events),
    make("div", { class: "track" }, ...marks),
  );
}

// An event before the first record is named at the edge; one of several days has a bar below its name.
function eventMark(event, scale) {
  const at = scale.at(event.end);
  const isLeft = at > 50;
  const place = isLeft ? { style_marginRight: 100 - at } : { style_marginLeft: at };
  const button = make(
    "button",
    {
      type: "button",
      class: `event${isLeft ? " leftwards" : ""}`,
      "data-at": `!${event.id}`,
      onclick: () => choose(`!${event.id}`),
      ...place,
    },
    make("span", { class: "star", "aria-hidden": "true" }, "★"),
    make(
      "span",
      {},
      event.end < scale.from ? "◂ " : "",
      shortName(event.name, 120, dataLang),
      ` (${event.when})`,
    ),
  );
  const from = scale.at(time(event.first) ?? event.end);
  const span =
    event.first === event.last || event.end < scale.from
      ? ""
      : make("span", { class: "span", style_left: from, style_width: at - from });
  return make("div", { class: "event-row" }, button, span);
}

function laneGroups(lanes, scale) {
  const asked = optionsInQuestion();
  const others = data.issues.flatMap(([, options]) => options).filter((id) => !asked.includes(id));
  return [...asked, ...others]
    .map((option) => [option, lanes.filter((lane) => lane.row.option === option)])
    .filter(([, own]) => own.length)
    .map(([option, own]) =>
      make(
        "section",
        { class: `lanes${option === here.option ? " asked" : ""}`, "data-option": option },
        make("h3", {}, linkTo(shortName(optionName(option), 120), `@${option}`)),
        ...own.map((lane) => laneOf(lane, scale)),
      ),
    );
}

function laneOf({ row, now, readings }, scale) {
  const marks = placed(readings, scale);
  const more = readings.length - marks.length;
  const stands = now ? t.stances[now.stance] : t.nothing_here;
  const track = make(
    "div",
    { class: "track" },
    ...stretches(row.id, scale),
    ...marks.map((mark) => onLine(recordBar(mark, scale), mark.line)),
    ...marks.map((mark) => onLine(recordMark(row, mark), mark.line)),
  );
  track.style.setProperty("--rows", Math.max(0, ...marks.map((mark) => mark.line)) + 1);
  return make(
    "div",
    { class: "lane", "data-lane": row.id },
    make(
      "div",
      { class: "lane-name" },
      linkTo(shortName(actorName(row.holder), 80), row.id),
      make("small", {}, more ? `${stands} · ${counted("n_more_records", more)}` : stands),
    ),
    track,
  );
}

// Marks stand on their days; those that would touch stand below each other. Where there are too many
// the deciding ones, those that differ and the latest are drawn.
function placed(readings, scale) {
  const lines = [];
  const found = [];
  for (const reading of [...readings].sort((a, b) => RANKS[a[1]] - RANKS[b[1]])) {
    const at = scale.at(dayOf(data.records[reading[0]]));
    const x = (at * scale.width) / 100;
    let line = lines.findIndex((taken) => taken.every((other) => Math.abs(other - x) >= MARKS_APART));
    if (line < 0 && lines.length < LINES_AT_MOST) line = lines.push([]) - 1;
    if (line < 0) continue;
    lines[line].push(x);
    found.push({ reading, at, line });
  }
  return found.sort((a, b) => a.at - b.at);
}

function onLine(element, line) {
  if (element) element.style.setProperty("--row", line);
  return element;
}

// The position as it stood from each step to the next, up to the day that is shown.
function stretches(id, scale) {
  if (data.days < FEW_DAYS) return [];
  const spans = [];
  let day = 0;
  for (let step = 0; step <= stepShown(); step += 1) {
    const row = rowsOfStep[step].find((r) => r.id === id);
    const last = spans.at(-1);
    day = scale.at(time(data.steps[step].day) ?? scale.to);
    if (row && last?.stance === row.stance) continue;
    if (last) last.to ??= day;
    if (row) spans.push({ stance: row.stance, own: !row.is_hearsay, from: day, to: null });
  }
  return spans
    .map((s) => ({ ...s, width: (s.to ?? day) - s.from }))
    .filter((s) => s.width > 0)
    .map(stretch);
}

// A stretch of a lane: the stance's line, with its dashes, thin where it is hearsay.
function stretch({ stance, own, from, width }) {
  const look = data.looks[stance];
  const line = draw("line", {
    x1: 0,
    x2: "100%",
    y1: 4,
    y2: 4,
    stroke: look.colour,
    "stroke-width": own ? 6 : 3,
    "stroke-dasharray": look.dashes.join(" "),
  });
  const svg = draw(
    "svg",
    { class: `stretch ${stance} ${own ? "own" : "told"}`, "aria-hidden": "true" },
    line,
  );
  svg.style.left = `${from}%`;
  svg.style.width = `${width}%`;
  return svg;
}

// The days on which it can have happened; where they have no beginning or end the bar fades.
function recordBar({ reading: [id, , stance], at }, scale) {
  const { first, last } = data.records[id];
  if (first === last) return "";
  if (!last) return openBar(stance, at, Math.min(100, at + 9));
  if (!first || time(first) < scale.from) return openBar(stance, at, Math.max(0, at - 9));
  const from = scale.at(time(first));
  return make("span", { class: `bounds ${stance}`, style_left: from, style_width: at - from });
}

function openBar(stance, at, end) {
  const id = at < end ? "fade-right" : "fade-left";
  const stop = (offset, opacity) =>
    draw("stop", { offset, "stop-color": "#62676e", "stop-opacity": at < end ? 0.45 - opacity : opacity });
  const bar = draw(
    "svg",
    {
      class: `bounds open ${stance}`,
      viewBox: "0 0 10 10",
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    draw("linearGradient", { id }, stop(0, 0), stop(1, 0.45)),
    draw("rect", { width: 10, height: 10, fill: `url(#${id})` }),
  );
  bar.style.left = `${Math.min(at, end)}%`;
  bar.style.width = `${Math.abs(at - end)}%`;
  return bar;
}

function recordMark(row, { reading: [id, , stance], at }) {
  const record = data.records[id];
  const own = isOwnWord(row, id);
  const label = fill(t.timeline_item, {
    who: actorName(record.by),
    when: record.when,
    what: `${t.stances[stance]}. ${record.gist}`,
  });
  return make(
    "button",
    {
      type: "button",
      class: "record",
      "data-at": `${id}|${row.id}`,
      "aria-label": label,
      title: label,
      "aria-pressed": String(here.record === id && here.at === row.id),
      onclick: () => choose(row.id, id),
      style_left: at,
    },
    evidenceShape(record.kind, own, data.looks[stance]),
  );
}

function evidenceKey() {
  return make(
    "p",
    { class: "scale" },
    ...Object.entries(t.evidence_kinds).map(([kind, label]) =>
      make("span", { class: "sign" }, evidenceShape(kind, true, { colour: "#3a4149", symbol: "" }), label),
    ),
  );
}

// Which marks would touch depends on the width.
window.addEventListener("resize", () => viewShown() === "timeline" && refresh());
