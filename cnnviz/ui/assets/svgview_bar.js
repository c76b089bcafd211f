// The bar over a picture: its legend, then the tools. A tool is one entry of TOOLS: the name of its
// words, its icon's path, what it does, the keys that do the same; `more` ones go into a menu where
// the picture is narrow, `graph` ones belong to a graph alone.
const ICON_MORE = "M5 12h.01M12 12h.01M19 12h.01";
const TOOLS = [
  {
    name: "search", icon: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16.5 16.5L21 21", keys: "/", graph: true,
    act: (view) => view.search.open(),
  },
  {
    name: "shapes", icon: "M12 3l8 4.5v9L12 21l-8-4.5v-9zM12 12l8-4.5M12 12v9M12 12L4 7.5", keys: "s", graph: true, more: true,
    on: (graph) => graph.shapes, act: (view) => view.send({ kind: "shapes" }),
  },
  {
    name: "open_all", icon: "M12 3v6M9 6l3-3 3 3M12 21v-6M9 18l3 3 3-3M4 12h16", graph: true, more: true, folds: true,
    on: (graph) => graph.open === "all", act: (view) => view.send({ kind: "open", value: "all" }),
  },
  {
    name: "close_all", icon: "M12 3v6M9 6l3 3 3-3M12 21v-6M9 18l3-3 3 3M4 12h16", graph: true, more: true, folds: true,
    on: (graph) => graph.open === "none", act: (view) => view.send({ kind: "open", value: "none" }),
  },
  {
    name: "as_drawn", icon: "M4 5v5h5M4.5 10a8 8 0 1 1-.5 4", graph: true, more: true, folds: true,
    act: (view) => view.send({ kind: "open", value: "" }),
  },
  { name: "zoom_in", icon: "M12 5v14M5 12h14", keys: "+=", more: true, act: (view) => view.frame.zoom(1.3) },
  { name: "zoom_out", icon: "M5 12h14", keys: "-", more: true, act: (view) => view.frame.zoom(1 / 1.3) },
  { name: "fit", icon: "M4 5v14M20 5v14M8 12h8M10.5 9.5L8 12l2.5 2.5M13.5 9.5L16 12l-2.5 2.5", keys: "0", act: (view) => view.frame.fit() },
  {
    name: "full_screen", icon: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5", keys: "f",
    act: (view) =>
      document.fullscreenElement ? document.exitFullscreen() : view.root.requestFullscreen?.(),
  },
];

function drawBar(view) {
  const { data, bar } = view;
  if (data.title) bar.innerHTML = `<h2>${text(data.title)}</h2><div class="acts"></div>`;
  if (!data.tools) return;
  const active = bar.getRootNode().activeElement;
  const held = bar.contains(active) && active.ariaLabel; // the focus stays on what is drawn anew
  const legend = data.legend.map(([kind, name]) => `<span class="k-${kind}"><i></i>${text(name)}</span>`);
  bar.innerHTML = `<div class="legend">${legend.join("")}</div>
    <div class="acts"><div class="more"></div></div>`;
  const acts = bar.querySelector(".acts"), more = acts.querySelector(".more");
  if (data.graph) more.append(layoutChoice(view));
  for (const tool of TOOLS.filter((t) => fits(t, data.graph))) {
    const button = toolButton(data.words[tool.name], tool.icon, () => tool.act(view), tool.keys);
    if (tool.on) button.ariaPressed = Boolean(tool.on(data.graph));
    if (tool.more) more.append(button);
    else if (tool.name === "search") more.before(button);
    else acts.append(button);
  }
  const open = toolButton(data.words.more_tools, ICON_MORE, () => showMore(acts, open));
  open.className = "opener";
  open.ariaExpanded = false;
  more.before(open);
  more.addEventListener("click", (e) => e.target.closest("button") && hideMore(acts));
  [...bar.querySelectorAll("button, select")].find((b) => held && b.ariaLabel === held)?.focus();
}

const fits = (tool, graph) => (!tool.graph || graph) && (!tool.folds || graph?.folds);

function toolButton(title, icon, act, keys) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = keys ? `${title} (${keys[0]})` : title;
  button.ariaLabel = title;
  button.innerHTML =
    `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${icon}"/></svg><span>${text(title)}</span>`;
  button.addEventListener("click", act);
  return button;
}

function layoutChoice(view) {
  const { words, graph } = view.data;
  const choice = document.createElement("select");
  choice.title = choice.ariaLabel = words.layout;
  choice.innerHTML = graph.layouts
    .map((l) => `<option value="${l}" ${l === graph.layout ? "selected" : ""}>${text(words[`layout_${l}`])}</option>`)
    .join("");
  choice.addEventListener("change", () => view.send({ kind: "layout", value: choice.value }));
  return choice;
}

// The menu of a narrow picture, over everything: open until something in it is chosen, something else
// touched, or the page moved.
function showMore(acts, opener) {
  if (acts.classList.contains("open")) return hideMore(acts);
  const more = acts.querySelector(".more"), at = opener.getBoundingClientRect();
  acts.classList.add("open");
  opener.ariaExpanded = true;
  more.popover = "manual"; // no box cuts it
  more.showPopover?.();
  more.style.top = `${Math.max(8, Math.min(at.bottom + 4, innerHeight - 8 - more.offsetHeight))}px`;
  more.style.left = `${Math.max(8, at.right - more.offsetWidth)}px`;
  const away = (e) => (e.type === "pointerdown" && e.composedPath().includes(acts)) || (hideMore(acts), stop());
  const stop = () => ["pointerdown", "scroll"].forEach((e) => window.removeEventListener(e, away, true));
  ["pointerdown", "scroll"].forEach((e) => window.addEventListener(e, away, true));
}

function hideMore(acts) {
  const opener = acts.querySelector(".opener"), more = acts.querySelector(".more");
  acts.classList.remove("open");
  more?.removeAttribute("popover"); // among the tools again where there is room
  more?.removeAttribute("style");
  if (opener) opener.ariaExpanded = false;
}
