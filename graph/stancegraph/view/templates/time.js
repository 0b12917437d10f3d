// The slider: what was known by which day. It plays; for a reader who prefers that nothing moves it
// goes on by one day a press.

let playing = null;
const prefersStill = window.matchMedia("(prefers-reduced-motion: reduce)");

function showTime() {
  const bar = byId("time");
  const slider = byId("day");
  bar.hidden = data.days < 3 || Boolean(views[viewShown()].isOfTheLastDay);
  slider.value = here.step;
  slider.setAttribute("aria-valuetext", data.steps[here.step].label);
  write("day-label", data.steps[here.step].label);
  const moves = newOnThisDay();
  if (byId("moves").textContent !== moves.map((move) => move.textContent).join(""))
    byId("moves").replaceChildren(...moves);
}

function newOnThisDay() {
  if (here.step === data.steps.length - 1 && !playing) return [];
  const moves = data.steps[here.step].moves.filter(([id]) => rowOf(id));
  const few = moves.slice(0, 3).map((move) => make("li", {}, linkTo(moveTold(move), move[0])));
  return moves.length > 3 ? [...few, make("li", {}, fill(t.more, { n: moves.length - 3 }))] : few;
}

// What became of a position on this day: it is new, the actor moved, or only our knowledge did.
function moveTold([id, how, before]) {
  const row = rowOf(id);
  const level = (stance) => (stance ? t.stances[stance].toLowerCase() : "");
  const names = { who: actorName(row.holder), option: optionName(row.option) };
  return fill(t.moves[how], { ...names, was: level(before), now: level(row.stance) });
}

function toStep(step) {
  here.step = Math.max(0, Math.min(data.steps.length - 1, step));
  refresh();
}

function stop() {
  clearInterval(playing);
  playing = null;
  byId("play").textContent = `▶ ${prefersStill.matches ? t.play_step : t.play}`;
}

function play() {
  if (playing) return stop();
  if (prefersStill.matches) return oneStep();
  if (here.step === data.steps.length - 1) toStep(0);
  byId("play").textContent = `❚❚ ${t.pause}`;
  playing = setInterval(() => {
    toStep(here.step + 1);
    if (here.step === data.steps.length - 1) stop();
  }, 1400);
  return undefined;
}

function oneStep() {
  playing = true;
  toStep(here.step === data.steps.length - 1 ? 0 : here.step + 1);
  return stop();
}

prefersStill.addEventListener("change", stop);
byId("day").max = data.steps.length - 1;
byId("day").addEventListener("input", (event) => {
  stop();
  toStep(Number(event.target.value));
});
byId("play").addEventListener("click", play);
