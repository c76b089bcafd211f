// The card of the chosen layer on a phone: its name alone, what matters most, or all of it. A touch on
// its head shows all or less again, a swipe moves it a step; it stays so for the next layer.
const HEIGHTS = ["low", "", "grown"];
const SWIPE = 24; // CSS pixels

function grow(step) {
  const now = HEIGHTS.indexOf(html.dataset.sheet ?? "");
  const to = HEIGHTS[Math.min(Math.max(now + (step ?? (now < 2 ? 1 : -1)), 0), 2)];
  if (to) html.dataset.sheet = to;
  else delete html.dataset.sheet;
}

function swipes() {
  let from;
  const head = (e) => e.target.closest?.('[data-mode="grow"]');
  document.addEventListener("pointerdown", (e) => (from = head(e) && e.clientY), true);
  document.addEventListener("pointerup", (e) => {
    const way = from === undefined || from === null ? 0 : e.clientY - from;
    if (Math.abs(way) > SWIPE) grow(way < 0 ? 1 : -1);
    from = undefined;
  }, true);
}

