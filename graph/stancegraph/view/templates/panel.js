// The evidence panel: an option, a position, an actor, a pair, a speaker or an event, and the records behind it.

function showPanel() {
  const panel = byId("panel");
  panel.replaceChildren(...panelFor(here.at));
  panel.classList.toggle("chosen", Boolean(here.at));
  panel.scrollTop = 0;
  panel.querySelector(".lit")?.scrollIntoView({ block: "nearest" });
}

// What an id means: "pol@opt" a position, "@opt" an option, "pol@" an actor, "pol~deu" a pair,
// "^volker" a speaker, "!summit" an event.
function panelFor(at) {
  const back = make("button", { type: "button", class: "close", onclick: leaveEvidence }, t.back);
  if (!at || at.startsWith("@")) return optionPanel(here.option);
  if (at.startsWith("^")) return [back, ...speakerPanel(at.slice(1))];
  if (at.startsWith("!")) return [back, ...eventPanel(at.slice(1))];
  if (at.includes("~")) return [back, ...pairPanel(...at.split("~"))];
  if (at.endsWith("@")) return [back, ...actorPanel(at.slice(0, -1))];
  return [back, ...positionPanel(rowOf(at))];
}

function optionPanel(id) {
  const how = [make("h2", {}, t.how_title), make("p", {}, t.how[viewShown()] || t.how.positions)];
  if (!id) return how;
  const option = data.options[id];
  const rows = rowsNow().filter((row) => row.option === id);
  const below = option.narrower.filter((o) => rowsNow().some((row) => row.option === o));
  const silent = silentOn(id).map(([, name]) => name);
  return [
    ...how,
    make("h3", {}, t.meaning),
    make(
      "p",
      { class: "note", lang: dataLang },
      make("b", {}, option.name),
      " ",
      option.definition,
      " ",
      option.note,
    ),
    make("h3", {}, t.heading),
    rows.length ? null : make("p", {}, below.length ? t.nobody_below : t.nobody),
    ...groups(rows),
    ...below.flatMap((o) => [
      make("h3", {}, linkTo(optionName(o), `@${o}`)),
      ...groups(rowsNow().filter((row) => row.option === o)),
    ]),
    ...(option.broader
      ? [make("h3", {}, t.broader), make("p", {}, linkTo(optionName(option.broader), `@${option.broader}`))]
      : []),
    make("h3", {}, silent.length ? `${t.silent} ${silent.length}` : nobodySilent()),
    make("p", { class: "silent" }, silent.join(", ")),
  ].filter(Boolean);
}

function groups(rows) {
  return stanceNames
    .map((stance) => [stance, rows.filter((row) => row.stance === stance)])
    .filter(([, held]) => held.length)
    .map(([stance, held]) =>
      make("div", { class: "who" }, chip(stance), make("ul", {}, ...held.map((row) => holderItem(row)))),
    );
}

function holderItem(row) {
  return make(
    "li",
    {},
    linkTo(actorName(row.holder), row.id),
    " ",
    row.is_hearsay ? make("small", {}, t.hearsay_short) : "",
  );
}

// A name that leads to what it names; that of an option is in the debate's language.
function linkTo(name, id, lang = id.startsWith("@") ? dataLang : null) {
  return make(
    "button",
    { type: "button", class: "name", "data-to": id, onclick: () => choose(id) },
    make("bdi", { lang }, name),
  );
}

function chip(stance) {
  return make("span", { class: `chip ${stance}` }, t.stances[stance]);
}

// The sentence of what was chosen, for those who do not see the evidence open.
function sentenceFor(at) {
  if (!at) return "";
  const names = at.slice(at.startsWith("^") ? 1 : 0, at.endsWith("@") ? -1 : undefined);
  if (at.startsWith("@")) return `${optionName(at.slice(1))}${t.colon} ${saidOf(at.slice(1))[0]}`;
  if (at.startsWith("!")) return eventTold(at.slice(1));
  if (at.includes("~")) return pairTold(...at.split("~"));
  if (at.startsWith("^")) return fill(t.speaks, { name: actorName(names) });
  if (at.endsWith("@"))
    return `${actorName(names)}${t.colon} ${counted("n_positions", rowsOf(names).length)}`;
  const row = rowOf(at);
  return row ? `${optionName(row.option)}${t.colon} ${row.sentence}` : t.nothing_here;
}

function eventTold(id) {
  const event = found(eventsNow(), id);
  return event ? `${event.name}, ${event.when}` : t.nothing_here;
}

function rowsOf(actor) {
  return rowsNow().filter((row) => row.holder === actor);
}

function heading(name, kind) {
  return [make("h2", {}, make("bdi", {}, name)), make("p", { class: "kind" }, kind)];
}

function positionPanel(row) {
  if (!row) return [make("p", {}, t.nothing_here)];
  const flags = (row.flags || []).map(([, label]) => make("span", { class: "flag" }, label));
  const roles = ["decides", "dissents", "agrees", "superseded"].map((role) => [
    role,
    row.readings.filter((r) => r[1] === role),
  ]);
  const confidence =
    stepShown() === data.steps.length - 1
      ? [[t.confidence, fill(t.confidence_value, { value: data.confidence[row.id] })]]
      : [];
  return [
    ...heading(actorName(row.holder), t.kinds[data.actors[row.holder].kind]),
    make("p", { class: "says" }, row.sentence),
    make("p", {}, chip(row.stance), " ", ...flags),
    make("p", { class: "note", lang: dataLang }, optionName(row.option)),
    ...roles
      .filter(([, readings]) => readings.length)
      .flatMap(([role, readings]) => [
        make("h3", {}, t.roles[role]),
        ...readings.map(([record, , stance]) =>
          cardFor(record, row.id, role, stance, record === here.record),
        ),
      ]),
    meta([[t.decided, `${t.rules[row.rule]}.`], [t.since, row.since], ...confidence]),
  ];
}

function actorPanel(actor) {
  const links = rowsOf(actor).map((row) =>
    make(
      "p",
      { class: "about" },
      chip(row.stance),
      " ",
      linkTo(optionName(row.option), row.id, dataLang),
      " ",
      row.is_hearsay ? make("small", {}, t.hearsay_short) : "",
    ),
  );
  return [
    ...heading(actorName(actor), t.kinds[data.actors[actor]?.kind] || ""),
    ...(links.length ? links : [make("p", {}, t.nothing_here)]),
  ];
}

// On how many options two actors are on the same side.
function pairTold(first, second) {
  const names = { first: actorName(first), second: actorName(second) };
  const pair = pairOf(first, second);
  if (pair.shared >= data.least) return fill(t.agreement_cell, { ...names, ...pair });
  return pair.shared
    ? fill(t.agreement_insufficient, { ...names, shared: counted("n_shared", pair.shared) })
    : fill(t.agreement_nothing, names);
}

function pairPanel(first, second) {
  const theirs = new Map(rowsOf(second).map((row) => [row.option, row]));
  const both = rowsOf(first).filter((row) => theirs.has(row.option));
  return [
    ...heading(`${actorName(first)} – ${actorName(second)}`, ""),
    make("p", { class: "says" }, pairTold(first, second)),
    both.length ? make("h3", {}, t.shared_options) : null,
    ...both.map((row) => sharedOption(row, theirs.get(row.option))),
  ].filter(Boolean);
}

function sharedOption(mine, theirs) {
  const entry = (row) =>
    make(
      "p",
      { class: "about" },
      linkTo(actorName(row.holder), row.id),
      " ",
      chip(row.stance),
      " ",
      row.is_hearsay ? make("small", {}, t.hearsay_short) : "",
    );
  return make(
    "div",
    { class: "card" },
    make("p", {}, make("b", { lang: dataLang }, optionName(mine.option)), " — ", t[sideOf(mine, theirs)]),
    entry(mine),
    entry(theirs),
  );
}

// Two abstentions from a recorded vote are the same deed; two undecided in words do not agree.
const isVote = (row) => data.records[row.readings[0][0]]?.kind === "vote";

function sideOf(mine, theirs) {
  const product = data.looks[mine.stance].side * data.looks[theirs.stance].side;
  if (!product)
    return isVote(mine) && isVote(theirs) && mine.stance === theirs.stance ? "side_same" : "side_open";
  return product > 0 ? "side_same" : "side_opposite";
}

function speakerPanel(speaker) {
  const all = rowsNow().flatMap((row) =>
    row.readings.filter((r) => r[3] === speaker).map((reading) => [row, reading]),
  );
  const here_ = all.filter(([row]) => optionsInQuestion().includes(row.option));
  const told = here_.length ? here_ : all;
  return [
    make("h2", {}, make("bdi", {}, actorName(speaker))),
    make("h3", {}, fill(t.speaks, { name: actorName(speaker) })),
    ...told.flatMap(([row, [record, role, stance]]) => [
      make("p", { class: "about" }, linkTo(actorName(row.holder), row.id)),
      cardFor(record, row.id, role, stance, false),
    ]),
  ];
}

function eventPanel(id) {
  const event = found(eventsNow(), id);
  return event
    ? [...heading(event.name, t.nodes.event), make("p", {}, event.when)]
    : [make("p", {}, t.nothing_here)];
}

// One record as a card, with only that stance of it that is in question.
function cardFor(id, position, role, stance, isLit) {
  const record = found(data.records, id);
  if (!record) return make("p", {}, id);
  const stances = record.stances.filter((s) => s.position === position);
  const { title, url } = data.sources[record.source];
  const source = url ? make("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, title) : title;
  return make(
    "article",
    { class: `card ${role} ${stance}${isLit ? " lit" : ""}`, "data-record": id },
    make(
      "header",
      {},
      make("h4", {}, make("bdi", {}, actorName(record.by))),
      make("p", { class: "role" }, record.role),
    ),
    record.deprecated ? make("p", { class: "flag" }, `${t.deprecated}: ${record.deprecated}`) : null,
    make("p", { class: "gist" }, inDebate(record.gist), " ", make("span", { class: "tag" }, t.paraphrase)),
    make("ul", { class: "conveys" }, ...stances.map(conveyed)),
    make(
      "dl",
      {},
      entryOf(
        t.when,
        record.when,
        record.basis !== undefined
          ? make("details", {}, make("summary", {}, t.inferred), inDebate(data.bases[record.basis]))
          : null,
      ),
      ...(record.details || []).map(([label, words]) => entryOf(label, inDebate(words))),
      entryOf(t.source, source, `, ${record.paragraph} `, make("span", { class: "id" }, id)),
    ),
  );
}

function conveyed(stance) {
  const details = (stance.details || []).map(([label, words]) =>
    make("span", { class: "detail" }, make("b", {}, `${label}${t.colon}`), " ", inDebate(words)),
  );
  return make(
    "li",
    {},
    make("bdi", {}, actorName(stance.position.slice(0, stance.position.lastIndexOf("@")))),
    " ",
    chip(stance.stance),
    " ",
    make("span", { class: "sure" }, stance.sure),
    ...details,
  );
}

function entryOf(label, ...content) {
  return make("div", {}, make("dt", {}, label), make("dd", {}, ...content));
}

function meta(pairs) {
  return make("dl", { class: "meta" }, ...pairs.map(([label, words]) => entryOf(label, words)));
}
