// Motion: an unfold is seen to happen. What stays glides to its new place, what is new comes out of
// what was opened, what goes fades; wires cross-fade. Nothing moves for those who asked for that.
const MOTION = 250; // ms
const MOST_MOVED = 500; // boxes; more are drawn at once

const moves = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;

// Before a picture is replaced: where each box lies on the screen, and the old drawing.
function remember(view) {
  if (!view.svg || !view.data.tools || !moves()) return null;
  const items = [...view.svg.querySelectorAll("g.item[data-key]")];
  if (!items.length || items.length > MOST_MOVED) return null;
  const at = new Map(items.map((n) => [n.dataset.key, n.getBoundingClientRect()]));
  const { width, height } = view.svg.getBoundingClientRect();
  return { at, width, height, svg: view.svg };
}

function move(view, before) {
  if (!before) return;
  const items = [...view.svg.querySelectorAll("g.item[data-key]")];
  const stays = items.filter((n) => before.at.has(n.dataset.key));
  if (!stays.length || items.length > MOST_MOVED) return;
  fadeOut(view, before, new Set(stays.map((n) => n.dataset.key)));
  const timing = { duration: MOTION, easing: "cubic-bezier(.2,0,.2,1)" };
  const source = before.at.get(view.anchor?.value);
  const { scale } = view.frame.at;
  for (const item of items) {
    const old = before.at.get(item.dataset.key), from = old ?? source, now = item.getBoundingClientRect();
    const middle = (b, side, size) => b[side] + (old ? 0 : b[size] / 2);
    const dx = from ? (middle(from, "left", "width") - middle(now, "left", "width")) / scale : 0;
    const dy = from ? (middle(from, "top", "height") - middle(now, "top", "height")) / scale : 0;
    const start = { transform: `translate(${dx}px, ${dy}px)` };
    if (!old) start.opacity = 0;
    if (dx || dy || !old) item.animate([start, { transform: "none", opacity: 1 }], timing);
  }
  for (const part of view.svg.querySelectorAll(".wires, .frame"))
    part.animate([{ opacity: 0 }, { opacity: 1 }], timing);
}

function fadeOut(view, before, stays) {
  const ghost = before.svg;
  ghost.classList.add("ghost");
  ghost.setAttribute("aria-hidden", "true");
  ghost.style.width = `${before.width}px`;
  ghost.style.height = `${before.height}px`;
  for (const item of ghost.querySelectorAll("[data-key]")) if (stays.has(item.dataset.key)) item.remove();
  for (const part of ghost.querySelectorAll("[id], [data-node], [data-fold]"))
    for (const name of ["id", "data-node", "data-fold"]) part.removeAttribute(name);
  view.box.append(ghost);
  const fade = ghost.animate([{ opacity: 1 }, { opacity: 0 }], { duration: MOTION, fill: "forwards" });
  fade.onfinish = () => ghost.remove();
}

