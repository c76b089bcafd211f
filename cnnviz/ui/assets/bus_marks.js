// In class and in slides: marks on <html> (data-present, data-embed) that the stylesheet reads.
const html = document.documentElement;
const app = () => document.querySelector('[data-testid="stApp"]');
const embedded = () => /[?&]embed=(1|true)(&|#|$)/.test(location.search);

// At once here, then in the address; a mark that the server still sends from before is passed over.
function present(shared, on) {
  html.toggleAttribute("data-present", on);
  Object.assign(shared, { presentAt: Date.now(), present: on });
  shared.tell({ kind: "present", value: on });
}

function follow(shared, on) {
  const late = Date.now() - (shared.presentAt ?? 0) < 1500 && on !== shared.present;
  if (!late) html.toggleAttribute("data-present", on);
  html.toggleAttribute("data-embed", embedded());
}

function skipLink(shared) {
  const link = placed("a", "skip", (a) => app().prepend(a));
  link.textContent = shared.words.skip;
  link.href = "#stMain"; // Streamlit's name for it; a click goes further in
  link.onclick = (e) => {
    e.preventDefault(); // the address is the reader's choices, not a place in the page
    const main = document.querySelector(".st-key-view") ?? document.querySelector(".st-key-cards");
    main.tabIndex = -1;
    main.focus();
    main.scrollIntoView({ block: "nearest" });
  };
}

// "cnnviz · VGG-16 · open": what is left of the page around an embedded view.
function openLine(shared) {
  const line = placed("nav", "open-line", (nav) => app().append(nav));
  line.ariaLabel = "cnnviz";
  const link = line.firstChild ?? line.appendChild(document.createElement("a"));
  const words = [shared.title || document.title.split(" · ")[0], shared.words?.open].filter(Boolean);
  link.textContent = ["cnnviz", ...words].join(" · ");
  link.title = shared.words?.open_hint ?? "";
  link.target = "_blank";
  link.rel = "noopener";
  const aim = () => {
    const to = new URL(location.href);
    for (const name of ["embed", "embed_options", "present"]) to.searchParams.delete(name);
    link.href = to.href;
  };
  link.onpointerdown = link.onfocus = aim;
  aim();
}

function placed(tag, name, put) {
  const found = document.querySelector(`.${name}`);
  if (found) return found;
  const made = document.createElement(tag);
  made.className = name;
  put(made);
  return made;
}

