// Agreement: actor by actor. A share is shown from so many shared options on; below, the cell is empty.

views.agreement = {
  isOfTheLastDay: true,
  hasOwnKey: true,
  honest: () =>
    fill(t.honest_agreement, { n: data.least }) +
    (data.pairs.of > data.pairs.actors.length
      ? ` ${fill(t.agreement_only, { n: data.pairs.actors.length, total: data.pairs.of })}`
      : ""),
  render(root) {
    const actors = actorsCompared();
    if (!actors.length) return root.append(make("p", { class: "empty" }, t.nothing_here));
    return root.append(
      gridTable({
        kind: "agreement",
        label: t.heading_of.agreement,
        rows: actors,
        columns: actors,
        rowName: actorName,
        columnName: actorName,
        rowLang: actorLang,
        columnLang: actorLang,
        cell: agreementCell,
      }),
      agreementScale(),
    );
  },
  table: () => {
    const actors = actorsCompared();
    const head = [t.col_actor, t.col_other_actor, t.agreement_scale, t.side_opposite, t.shared_options];
    const pairs = actors.flatMap((first, i) => actors.slice(i + 1).map((second) => [first, second]));
    return [
      head,
      ...pairs.map(([first, second]) => {
        const pair = pairOf(first, second);
        return [actorName(first), actorName(second), pair.same, pair.opposite, pair.shared];
      }),
    ];
  },
};

// Those who are in question; the filters by stance and word speak of positions, not of actors.
function actorsCompared() {
  const kept = new Set(shownRows().map((row) => row.holder));
  return data.pairs.actors.filter((id) => kept.has(id));
}

function agreementCell(first, second, size) {
  if (first === second) return make("td", { class: "self" }, make("span", { class: "sr" }, "–"));
  const pair = pairOf(first, second);
  const names = { first: actorName(first), second: actorName(second) };
  if (!pair.shared) return make("td", { class: "blank" }, make("span", { class: "sr" }, "0"));
  const isEnough = pair.shared >= data.least;
  const label = isEnough
    ? fill(t.agreement_cell, { ...names, ...pair })
    : fill(t.agreement_insufficient, { ...names, shared: counted("n_shared", pair.shared) });
  const shade = isEnough ? data.shares.find(([end]) => pair.same / pair.shared < end)[1] : "thin";
  // Where a count has no room, the sign keeps the colour from being all there is.
  const told = size === "tiny" ? make("b", {}, data.looks[shade]?.symbol) : fill("{same}/{shared}", pair);
  const id = `${first}~${second}`;
  return make(
    "td",
    {
      class: "filled",
      tabindex: "-1",
      "data-at": id,
      "aria-selected": String(here.at === id),
      "aria-label": label,
    },
    make("div", { class: `cell share ${shade}` }, isEnough ? make("span", {}, told) : ""),
  );
}

function agreementScale() {
  const percent = (share) => Math.min(100, Math.round(100 * share));
  const steps = data.shares.map(([end, shade], i) =>
    make(
      "span",
      { class: `cell share ${shade}` },
      make("b", {}, data.looks[shade].symbol),
      ` ${percent(data.shares[i - 1]?.[0] || 0)}–${percent(end)} %`,
    ),
  );
  return make("p", { class: "scale" }, `${t.agreement_scale}${t.colon} `, ...steps);
}
