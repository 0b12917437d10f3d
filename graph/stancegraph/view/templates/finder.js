// Finding an actor or an option by name, and answering questions as they are typed: "who opposes ...",
// "does Germany support ...", "Germany and Poland".

// Fold case and accents, and leave letters and digits only, so that "turkiye" finds "Türkiye".
function fold(words) {
  return words
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

const wordsOf = (text) => fold(text).split(" ").filter(Boolean);
const folded = (list) => new Set(list.map(fold));
const ASK = {
  verbs: Object.entries(t.ask_verbs).map(([side, verbs]) => [side, folded(verbs)]),
  idle: folded([...t.ask_words.idle, ...t.ask_words.who]),
  who: folded(t.ask_words.who),
  pair: folded(t.ask_words.pair),
};

// Read a question: which side is asked about, and what is left as the name of an option.
function questionIn(text) {
  const words = wordsOf(text);
  const [side, verbs] = ASK.verbs.find(([, list]) => words.some((w) => list.has(w))) || [null, new Set()];
  return { side, rest: words.filter((w) => !ASK.idle.has(w) && !verbs.has(w)) };
}

const hasWordsFrom = (form, wanted) => ` ${form}`.includes(` ${wanted}`);

// Whether two words have the same stem, as far as beginnings tell: "shooting" and "shoot".
function isAkin(one, other) {
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  return same >= 4 && same >= Math.max(one.length, other.length) / 2;
}

// The options that all words speak of; those that have the words themselves come first.
function optionsNamed(words) {
  const all = Object.keys(data.options);
  if (!words.length) return here.option ? [here.option] : all;
  const found_ = all
    .map((id) => ({ id, own: wordsOf(`${data.options[id].name} ${id}`) }))
    .filter(({ own }) => words.every((w) => own.some((o) => o.startsWith(w) || isAkin(w, o))));
  const isExact = ({ own }) => words.every((w) => own.some((o) => o.startsWith(w)));
  return [...found_.filter(isExact), ...found_.filter((o) => !isExact(o))].map(({ id }) => id);
}

const SIDES = {
  supports: (row) => row.stance === "supports" || row.stance === "leans-support",
  opposes: (row) => row.stance === "opposes" || row.stance === "leans-oppose",
  undecided: (row) => row.stance === "undecided",
};

function holdersOn(option, side) {
  if (side === "silent") return silentOn(option).map(([, name]) => name);
  return rowsNow()
    .filter((row) => row.option === option && SIDES[side](row))
    .map((row) => actorName(row.holder));
}

// "who opposes alerts": for each option that can be meant, who it is.
function answersTo({ side, rest }) {
  return optionsNamed(rest)
    .slice(0, 8)
    .map((option) => {
      const names = holdersOn(option, side);
      const few = names.length > 6 ? [...names.slice(0, 5), fill(t.more, { n: names.length - 5 })] : names;
      return {
        id: `@${option}`,
        name: fill(t.ask_title[side], { option: optionName(option) }),
        note: names.length ? listed(few) : t.find_nobody,
      };
    });
}

// Everybody on the page: who holds a position, who only speaks, and who is silent.
function everybody() {
  const spoken = new Map();
  for (const { by } of Object.values(data.records)) spoken.set(by, (spoken.get(by) || 0) + 1);
  const holding = new Set(data.rows.map((row) => row.holder));
  const known = Object.entries(data.actors).map(([id, { name, kind, also }]) => {
    const isHolder = holding.has(id) || !spoken.has(id);
    const n = isHolder ? counted("n_positions", rowsOf(id).length) : counted("n_records", spoken.get(id));
    return {
      actor: id,
      id: isHolder ? `${id}@` : `^${id}`,
      name,
      note: `${t.kinds[kind]} · ${n}`,
      forms: [name, ...also].map(fold),
    };
  });
  const silent = data.silence
    .filter(([id]) => !Object.hasOwn(data.actors, id))
    .map(([id, name]) => ({ actor: id, id: `${id}@`, name, note: t.nothing_here, forms: [fold(name)] }));
  return [...known, ...silent];
}

// Those who are called so, first by their whole name, then by its beginning.
function calledSo(people, wanted) {
  if (!wanted) return [];
  const whole = people.filter((p) => p.forms.includes(wanted));
  if (whole.length || wanted.length < 3) return whole;
  return people.filter((p) => p.forms.some((form) => form.startsWith(wanted)));
}

const meant = (words) => words.filter((w) => !ASK.idle.has(w)).join(" ");

// "Germany vs Poland": on how many options the two are on the same side.
function pairsIn(text, people) {
  const words = wordsOf(text);
  const compared = people.filter((p) => Object.hasOwn(pairNumber, p.actor));
  const at = words.map((w, i) => i).filter((i) => ASK.pair.has(words[i]));
  const sides = at.map((i) => [words.slice(0, i), words.slice(i + 1)]);
  return sides.flatMap((pair) => {
    const [first, second] = pair.map((own) =>
      [...new Set([...calledSo(compared, own.join(" ")), ...calledSo(compared, meant(own))])].slice(0, 4),
    );
    return first.flatMap((one) =>
      second
        .filter((other) => other.actor !== one.actor)
        .map((other) => ({
          id: `${one.actor}~${other.actor}`,
          name: `${one.name} – ${other.name}`,
          note: pairTold(one.actor, other.actor),
        })),
    );
  });
}

// Whether somebody is named in a text: short forms, which may be other words too, in capitals only.
function isNamed(form, words, text) {
  if (form.length > 3) return ` ${words.join(" ")} `.includes(` ${form} `);
  return form.length > 1 && text.split(/[^\p{L}\p{N}]+/u).includes(form.toUpperCase());
}

// Who is asked about, by the longest of their names that is in the text, the first where there are several.
function namedIn(text, people) {
  const words = wordsOf(text);
  const place = ({ form }) => ` ${words.join(" ")} `.indexOf(` ${form} `);
  return people
    .flatMap((person) => person.forms.map((form) => ({ person, form })))
    .filter(({ form }) => isNamed(form, words, text))
    .sort((a, b) => place(a) - place(b) || b.form.length - a.form.length)[0];
}

// "does Germany support alerts", "what does Poland say": the positions that are meant, or that there are none.
function positionsAsked(text, people) {
  const words = wordsOf(text);
  const named = namedIn(text, people);
  if (!named || words.some((w) => ASK.who.has(w))) return [];
  const left = wordsOf(` ${words.join(" ")} `.replace(` ${named.form} `, " "));
  if (!left.length) return [];
  const { side, rest } = questionIn(left.join(" "));
  const { person } = named;
  const own = rowsOf(person.actor);
  if (!rest.length && side !== "silent") {
    const rows = own.filter((row) => !side || SIDES[side](row));
    const none = { id: person.id, name: person.name, note: t.nothing_here };
    return rows.length ? rows.map(positionFound) : [none];
  }
  const options = rest.length ? optionsNamed(rest) : Object.keys(data.options);
  const rows = options.map((option) => own.find((row) => row.option === option) || { option });
  return rows
    .filter((row) => side !== "silent" || !row.id)
    .slice(0, 8)
    .map((row) => (row.id ? positionFound(row) : nothingFound(person, row.option)));
}

function positionFound(row) {
  const actor = actorName(row.holder);
  const note = row.is_hearsay ? `${t.stances[row.stance]} · ${t.hearsay_short}` : t.stances[row.stance];
  return { id: row.id, name: fill(t.find_position, { actor, option: optionName(row.option) }), note };
}

function nothingFound(person, option) {
  const name = fill(t.find_position, { actor: person.name, option: optionName(option) });
  return { id: `@${option}`, name, note: t.matrix_none };
}

function namesMatching(text, people) {
  const wanted = fold(text);
  const words = wordsOf(text).filter((w) => !ASK.idle.has(w));
  const options = (words.length ? optionsNamed(words) : []).map((id) => ({
    id: `@${id}`,
    name: optionName(id),
    note: t.find_option,
    forms: [fold(optionName(id))],
    lang: dataLang,
  }));
  const actors = people.filter((p) => p.forms.some((form) => hasWordsFrom(form, wanted)));
  const rank = (e) =>
    e.forms.includes(wanted) ? 0 : e.forms.some((form) => form.startsWith(wanted)) ? 1 : 2;
  return [...actors, ...options].sort((a, b) => rank(a) - rank(b));
}

function matchesFor(text) {
  const question = questionIn(text);
  const people = everybody();
  const asked = positionsAsked(text, people);
  const answers = question.side && !asked.length ? answersTo(question) : [];
  return [...pairsIn(text, people), ...asked, ...answers, ...namesMatching(text, people)].slice(0, 30);
}

// What can be typed, by example: the first country that stands somewhere, else whoever does.
function findHint() {
  const holders_ = [...new Set(rowsOfStep.at(-1).map((row) => row.holder))];
  const first = holders_.find((id) => data.actors[id].kind === "country") || holders_[0];
  return first ? fill(t.find_hint, { actor: actorName(first) }) : "";
}

function makeFinder() {
  const input = byId("find");
  const list = byId("found");
  let matches = [];
  let at = -1;
  input.placeholder = findHint();

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  }

  function mark(index) {
    at = index;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at < 0) return;
    input.setAttribute("aria-activedescendant", `found-${at}`);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function take(index) {
    const match = matches[index];
    if (!match) return false;
    input.value = "";
    close();
    choose(match.id);
    return true;
  }

  function result(match, index) {
    const item = make(
      "li",
      { role: "option", id: `found-${index}`, "aria-selected": "false" },
      make("bdi", { lang: match.lang }, match.name),
      make("small", {}, match.note),
    );
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(index);
    });
    return item;
  }

  function update() {
    if (!fold(input.value)) return close();
    matches = matchesFor(input.value);
    list.replaceChildren(...matches.map(result));
    if (!matches.length)
      list.append(make("li", { class: "none", role: "option", "aria-disabled": "true" }, t.find_none));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    return mark(matches.length ? 0 : -1);
  }

  input.addEventListener("input", update);
  input.addEventListener("blur", () => setTimeout(close, 150));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && matches.length) mark((at + 1) % matches.length);
    else if (event.key === "ArrowUp" && matches.length) mark((at - 1 + matches.length) % matches.length);
    else if (event.key === "Enter") {
      if (take(at)) toEvidence();
    } else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
