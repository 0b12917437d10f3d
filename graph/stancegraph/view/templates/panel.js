// The evidence panel: built from the data and from the cards that stand in the page already.

function showOption(id, choose) {
  const option = data.options[id];
  const panel = cleared(false);
  panel.append(make("h2", {}, t.how_title), make("p", {}, t.how));
  panel.append(make("h3", {}, t.meaning), make("p", { class: "note" }, option.definition, " ", option.note));
  panel.append(make("h3", {}, t.heading));
  const held = positionsOn(id);
  if (!held.length) {
    const below = option.narrower.some((o) => positionsOn(o).length);
    panel.append(make("p", {}, below ? t.nobody_below : t.nobody));
  }
  panel.append(...groups(held, choose));
  for (const below of option.narrower.filter((o) => positionsOn(o).length)) {
    panel.append(make("h3", {}, data.options[below].name), ...groups(positionsOn(below), choose));
  }
  if (option.broader) {
    panel.append(make("h3", {}, t.broader), linkTo(data.options[option.broader].name, `@${option.broader}`, choose));
  }
  const silent = option.silent.length ? `${t.silent} ${option.silent.length}` : t.silent_none;
  panel.append(make("h3", {}, silent), make("p", { class: "silent" }, option.silent.join(", ")));
}

function showPosition(id, record, close) {
  const position = data.positions[id];
  const panel = cleared(true);
  panel.append(closer(close));
  panel.append(make("h2", {}, make("bdi", {}, position.name)), make("p", { class: "kind" }, t.kinds[position.kind]));
  panel.append(make("p", { class: "says" }, position.sentence));
  panel.append(make("p", {}, chip(position.stance), " ", ...position.flags.map(([, label]) => make("span", { class: "flag" }, label))));
  panel.append(make("p", { class: "note" }, data.options[position.option].name));
  for (const role of ["decides", "dissents", "agrees", "superseded"]) {
    const readings = position.readings.filter((r) => r[1] === role);
    if (!readings.length) continue;
    panel.append(make("h3", {}, t.roles[role]));
    panel.append(...readings.map(([id_, , stance]) => cardFor(id_, id, role, stance, id_ === record)));
  }
  panel.append(meta(position.meta));
  panel.querySelector(".lit")?.scrollIntoView({ block: "nearest" });
}

function showSpeaker(speaker, positions, close, choose) {
  const panel = cleared(true);
  const name = data.speakers[speaker];
  panel.append(closer(close), make("h2", {}, make("bdi", {}, name)), make("h3", {}, fill(t.speaks, { name })));
  for (const [id, position] of positions) {
    for (const [record, role, stance, by] of position.readings) {
      if (by !== speaker) continue;
      panel.append(make("p", { class: "about" }, linkTo(position.name, id, choose)), cardFor(record, id, role, stance, false));
    }
  }
}

function cleared(isChosen) {
  const panel = byId("panel");
  panel.replaceChildren();
  panel.classList.toggle("chosen", isChosen);
  panel.scrollTop = 0;
  return panel;
}

function positionsOn(option) {
  return Object.entries(data.positions).filter(([, p]) => p.option === option);
}

function groups(positions, choose) {
  return Object.keys(t.stances)
    .map((stance) => [stance, positions.filter(([, p]) => p.stance === stance)])
    .filter(([, held]) => held.length)
    .map(([stance, held]) => make("div", { class: "who" }, chip(stance), make("ul", {}, ...held.map((h) => holder(h, choose)))));
}

function holder([id, position], choose) {
  const link = linkTo(position.name, id, choose);
  return make("li", {}, link, " ", position.is_hearsay ? make("small", {}, t.hearsay_short) : "");
}

function linkTo(name, id, choose) {
  return make("button", { type: "button", class: "name", onclick: () => choose(id) }, make("bdi", {}, name));
}

function chip(stance) {
  return make("span", { class: `chip ${stance}` }, t.stances[stance]);
}

function closer(close) {
  return make("button", { type: "button", class: "close", onclick: close }, t.back);
}

// Copy a record's card, with only that stance of it that is in question.
function cardFor(record, position, role, stance, isLit) {
  const original = byId(`record-${record}`);
  if (!original) return "";
  const card = original.cloneNode(true);
  card.removeAttribute("id");
  card.removeAttribute("hidden");
  card.classList.add(role, stance);
  card.classList.toggle("lit", isLit);
  for (const item of card.querySelectorAll("[data-position]")) {
    if (item.dataset.position !== position) item.remove();
  }
  return card;
}

function meta(pairs) {
  return make("dl", { class: "meta" }, make("h3", {}, ""), ...pairs.map(([label, text_]) => make("div", {}, make("dt", {}, label), make("dd", {}, text_))));
}
