// A story: its steps one after the other, above the view that each shows. For a class what answers a
// question stays away until it is asked for.

const story = data.story;
const answered = new Set();
const STATE = ["option", "at", "day", "hide", "bloc", "mode", "actor"];

views.story = {
  inner: () => stepNow().view,
  // A link that names the step alone, or nothing, opens what the step shows.
  own: (state) => (STATE.some((key) => key in state) ? {} : story.steps[numberIn(state) - 1].show),
  restore(state) {
    here.story = numberIn(state);
  },
  remember(address) {
    if (here.view === "story") address.set("story", here.story);
  },
  tell,
  caption() {
    const step = stepNow();
    return [
      fill(t.story.of, { n: here.story, total: story.steps.length }) + `: ${step.title}`,
      ...step.text,
      ...step.ask,
      ...(isOpen() ? step.answer : []),
    ];
  },
};

function numberIn(state) {
  const n = Number(state.story ?? here.story);
  return Number.isInteger(n) && n >= 1 && n <= story.steps.length ? n : 1;
}

function stepNow() {
  return story.steps[numberIn(here) - 1];
}

// Whether the answer may be seen; a step without one keeps nothing back.
function isOpen() {
  return !story.forClass || !stepNow().answer.length || answered.has(here.story);
}

function tell() {
  const isTold = here.view === "story";
  byId("story").hidden = !isTold;
  document.body.toggleAttribute("data-story", isTold);
  document.body.toggleAttribute("data-asking", isTold && !isOpen());
  document.body.toggleAttribute(
    "data-told",
    isTold && (here.at || `@${here.option}`) === (stepNow().show.at || `@${here.option}`),
  );
  if (!isTold) return;
  if (!isOpen()) for (const id of ["verdict", "voices"]) byId(id).replaceChildren();
  if (byId("step").dataset.step !== String(here.story)) showStep();
  showAnswer();
}

function showStep() {
  const step = stepNow();
  const total = story.steps.length;
  byId("step").dataset.step = here.story;
  byId("step").replaceChildren(
    make("p", { class: "count" }, fill(t.story.of, { n: here.story, total })),
    make("h2", { lang: story.language || null, dir: "auto" }, step.title),
    ...paragraphs(step.text),
    ...paragraphs(step.ask, "ask"),
  );
  for (const [i, button] of [...document.querySelectorAll(".steps button")].entries()) {
    if (i + 1 === here.story) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  }
  byId("step-back").setAttribute("aria-disabled", String(here.story === 1));
  byId("step-next").setAttribute("aria-disabled", String(here.story === total));
}

function showAnswer() {
  const step = stepNow();
  const button = byId("answer-button");
  button.hidden = !story.forClass || !step.answer.length;
  button.textContent = isOpen() ? t.story.hide_answer : t.story.show_answer;
  button.setAttribute("aria-expanded", String(isOpen()));
  const key = `${here.story}:${isOpen()}`;
  if (byId("answer").dataset.key === key) return;
  byId("answer").dataset.key = key;
  byId("answer").replaceChildren(
    ...(isOpen() ? paragraphs(step.answer) : [make("p", { class: "note" }, t.story.kept_back)]),
  );
}

function paragraphs(texts, kind = null) {
  return texts.map((words) => make("p", { class: kind, lang: story.language || null, dir: "auto" }, words));
}

function goToStep(n) {
  if (n < 1 || n > story.steps.length) return;
  stop();
  show({ view: "story", story: n });
}

function askForAnswer() {
  if (!answered.delete(here.story)) answered.add(here.story);
  refresh();
}

// From the step to the same picture on a tab of its own.
function lookYourself() {
  const tab = byId(`tab-${views.story.inner()}`);
  tab.click();
  tab.focus();
}

const TURNS = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };

function makeStory() {
  const button = (id, words, onclick) => make("button", { type: "button", id, onclick }, words);
  const steps = story.steps.map((step, i) =>
    make(
      "li",
      {},
      make(
        "button",
        {
          type: "button",
          "aria-label": `${fill(t.story.of, { n: i + 1, total: story.steps.length })}: ${step.title}`,
          onclick: () => goToStep(i + 1),
        },
        i + 1,
      ),
    ),
  );
  byId("story").append(
    make("ol", { class: "steps" }, ...steps),
    make("div", { id: "step", "aria-live": "polite" }),
    make("div", { id: "answer", "aria-live": "polite" }),
    make(
      "div",
      { class: "turn" },
      button("step-back", t.story.back, () => goToStep(here.story - 1)),
      button("step-next", t.story.next, () => goToStep(here.story + 1)),
      button("answer-button", t.story.show_answer, askForAnswer),
      data.kinds.length > 1 ? button("look", t.story.look, lookYourself) : null,
    ),
  );
  byId("story").addEventListener("keydown", (event) => {
    const by = TURNS[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goToStep(here.story + by);
  });
}

makeStory();
