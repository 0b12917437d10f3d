// Where the focus goes after a choice: by keyboard into the evidence and back, by mouse nowhere; and what is told.

const PLACES = "#view, #panel, #moves";

// What has the focus, which may be made anew.
function focusNow() {
  const element = document.activeElement;
  const place = element?.closest(PLACES);
  return place ? { element, place, ids: [element.dataset.at || element.dataset.to] } : null;
}

// Give the focus to what stands for the same now, else to the place where that was.
function focusAgain({ element, place, ids }) {
  if (element.isConnected) return;
  const again = ids.map((id) => elementFor(id, place)).find(Boolean) || homeOf(place);
  again.focus({ preventScroll: true });
}

function homeOf(place) {
  if (place.id === "moves") return byId("play");
  return place.id === "view" ? views[viewShown()].home?.() || place : place;
}

// The thing in a place that an id stands for, or the name that leads to it.
function elementFor(id, place) {
  const name = id && CSS.escape(id);
  return name
    ? place.querySelector(`[data-at="${name}"]`) || place.querySelector(`[data-to="${name}"]`)
    : null;
}

const chosenId = () => (here.record ? `${here.record}|${here.at}` : here.at);

// What was chosen, as far as it is seen in the view.
function chosenElement(ids = [chosenId(), here.at]) {
  return ids.map((id) => elementFor(id, byId("view"))).find(Boolean) || null;
}

function toEvidence() {
  byId("panel").focus({ preventScroll: getComputedStyle(byId("panel")).position === "fixed" });
}

// Leave what was chosen: the focus goes from the evidence to the place in the view that led there.
function leaveEvidence() {
  const ids = [chosenId(), here.at, `@${here.option}`];
  const focus = document.activeElement;
  const isInView = focus !== document.body && !byId("panel").contains(focus);
  pick(null);
  refresh();
  announce("");
  if (!isInView) (chosenElement(ids) || homeOf(byId("view"))).focus();
}

// On a small screen the evidence lies over the page: what was chosen is brought above it.
function uncover() {
  const panel = byId("panel");
  if (!here.at || getComputedStyle(panel).position !== "fixed") return;
  const element = chosenElement();
  element?.scrollIntoView({ block: "nearest", inline: "nearest" });
  const box = element?.getBoundingClientRect() || views[viewShown()].boxOfChoice?.();
  const room = panel.getBoundingClientRect().top;
  if (box && (box.top < 0 || box.bottom > room))
    window.scrollBy(0, Math.min(box.top - 8, (box.top + box.bottom - room) / 2));
}

// Say to those who do not see the page what was chosen; the verdict above the picture tells itself.
function announce(words) {
  write("told", words);
}

// A press of Enter or Space is a click of no mouse button.
document.addEventListener("click", (event) => {
  if (event.detail === 0 && event.target.closest("[data-at], [data-to]")) toEvidence();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && (here.at || byId("panel").contains(document.activeElement))) leaveEvidence();
});
