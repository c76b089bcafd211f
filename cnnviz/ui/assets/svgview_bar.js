// The bar over a picture: its legend, then the tools. A tool is one entry of TOOLS: the name of its
// words, its icon's path, what it does, the keys that do the same.
const TOOLS = [
  { name: "zoom_in", icon: "M12 5v14M5 12h14", keys: "+=", act: (view) => view.frame.zoom(1.3) },
  { name: "zoom_out", icon: "M5 12h14", keys: "-", act: (view) => view.frame.zoom(1 / 1.3) },
  { name: "fit", icon: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5", keys: "0", act: (view) => view.frame.fit() },
  {
    name: "full_screen",
    icon: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
    act: (view) =>
      document.fullscreenElement ? document.exitFullscreen() : view.root.requestFullscreen?.(),
  },
];

function drawBar(view) {
  const { data, bar } = view;
  if (!data.tools) return;
  const legend = data.legend.map(([kind, name]) => `<span class="k-${kind}"><i></i>${text(name)}</span>`);
  bar.innerHTML = `<div class="legend">${legend.join("")}</div>`;
  for (const tool of TOOLS) bar.append(toolButton(data.words[tool.name], tool.icon, () => tool.act(view)));
}

function toolButton(title, icon, act) {
  const button = document.createElement("button");
  button.title = button.ariaLabel = title;
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${icon}"/></svg>`;
  button.addEventListener("click", act);
  return button;
}

