// What is on the page at the moment: the day, the filters, the choice; and how it is looked up.

const here = {
  view: "",
  option: null,
  at: null,
  record: null,
  step: data.steps.length - 1,
  mode: "option",
  actor: null,
  story: 0,
};

// A position's id is its holder's and its option's.
for (const row of data.rows) [row.holder, row.option] = row.id.split("@");

const views = {};
const stanceNames = Object.keys(t.stances);
const rowsOfStep = data.steps.map((step) => step.rows.map((number) => data.rows[number]));

// The kind of view that is looked at: in a story that of the step.
function viewShown() {
  return views[here.view].inner?.() || here.view;
}

// The step that is shown; what counts over the whole graph is of the last day.
function stepShown() {
  return views[viewShown()].isOfTheLastDay ? data.steps.length - 1 : here.step;
}

function rowsNow() {
  return rowsOfStep[stepShown()];
}

function rowOf(id) {
  return rowsNow().find((row) => row.id === id) || null;
}

function shownRows() {
  return rowsNow().filter((row) => filters.passes(row));
}

const silentNames = new Map(data.silence);

function actorName(id) {
  return found(data.actors, id)?.name || silentNames.get(id) || id;
}

// Whether a record is the holder's own word or deed, and not what somebody else tells.
function isOwnWord(row, record) {
  return row.readings.find((reading) => reading[0] === record)[4] <= data.ownTiers;
}

// When a position's deciding record is of.
function whenOf(row) {
  return data.records[row.readings[0][0]].when;
}

// The language of what a debate calls things, where it is not that of the page.
const dataLang = data.language && data.language !== t.language ? data.language : null;

// Words of the debate itself, marked with their language for those who have them read aloud.
function inDebate(words) {
  return dataLang && words ? make("span", { lang: dataLang }, words) : words;
}

// Countries and bodies that all know have a name in every language.
function actorLang(id) {
  return ["group", "unnamed"].includes(found(data.actors, id)?.kind) ? dataLang : null;
}

function optionName(id) {
  return found(data.options, id)?.name || id;
}

// The option in question, and those below it.
function optionsInQuestion() {
  return here.option ? [here.option, ...data.options[here.option].narrower] : [];
}

// What was said last of something, at the step that is shown or before.
function lastSaid(what, key) {
  for (let at = stepShown(); at >= 0; at -= 1) {
    const said = found(data.steps[at][what], key);
    if (said) return said;
  }
  return null;
}

function saidOf(option) {
  return lastSaid("said", option) || [data.unsaid, ""];
}

// What a view shows as a whole; nothing where it speaks of one option.
function summaryOf(kind) {
  return lastSaid("summaries", kind) || found(data.summaries, kind);
}

function nobodySilent() {
  return data.listsSilence ? t.silent_none : t.silent_unlisted;
}

// Who has said nothing yet: those who never do, and the states and bodies whose word comes later.
function silentOn(option) {
  if (!data.listsSilence) return [];
  const near = [option, ...data.options[option].narrower];
  const heard = new Set(
    rowsNow()
      .filter((row) => near.includes(row.option))
      .map((row) => row.holder),
  );
  const later = rowsOfStep
    .at(-1)
    .filter((row) => near.includes(row.option) && isStateOrBody(row.holder))
    .map((row) => [row.holder, actorName(row.holder)]);
  const never = data.options[option].silent.map((number) => data.silence[number]);
  const silent = new Map([...never, ...later].filter(([id]) => !heard.has(id)));
  return [...silent].sort((a, b) => a[1].localeCompare(b[1], t.language));
}

// The events that had surely happened, or begun, by the day that is shown, and those of no known day.
function eventsNow() {
  const { day } = data.steps[stepShown()];
  const past = Object.entries(data.events).filter(([, e]) => !day || (e.last || e.first || day) <= day);
  return Object.fromEntries(past);
}

function isStateOrBody(actor) {
  return ["country", "alliance", "institution"].includes(data.actors[actor].kind);
}

// Counts of two actors are kept for the half below the diagonal only.
const pairNumber = Object.fromEntries(data.pairs.actors.map((id, i) => [id, i]));

function pairOf(first, second) {
  const [high, low] = [pairNumber[first], pairNumber[second]].sort((a, b) => b - a);
  const at = (high * (high - 1)) / 2 + low;
  return { shared: data.pairs.shared[at], same: data.pairs.same[at], opposite: data.pairs.opposite[at] };
}

function isMember(bloc, actor, day) {
  const spells = found(bloc.members, actor) || [];
  return spells.some(([since, until]) => !day || ((!since || since <= day) && (!until || until >= day)));
}

function counted(key, n) {
  return fill(t[key][Math.min(n, 2)], { n: grouped(n) });
}

function shortened(words, most) {
  const letters = [...words];
  return letters.length > most
    ? `${letters
        .slice(0, most - 1)
        .join("")
        .trimEnd()}…`
    : words;
}

function grouped(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, t.thousands);
}

function listed(names) {
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} ${t.and} ${names.at(-1)}` : names.join("");
}
