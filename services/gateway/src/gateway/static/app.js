// The page works without this file; with it papers arrive live and keys move the reader.
const $ = (what, where = document) => where.querySelector(what);
const $$ = (what, where = document) => [...where.querySelectorAll(what)];
const say = (text) => { const place = $("#said"); if (place) place.textContent = text; };
const count = (n) => `${n} new ${n === 1 ? "paper" : "papers"}`;

// ---- keys -------------------------------------------------------------------------------------
const titles = () => $$(".row h3 a, .near li a");

function move(by) {
  const links = titles();
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const inView = links.findIndex((link) => link.getBoundingClientRect().top > 0);
  const next = links[at < 0 ? Math.max(0, inView) : Math.min(links.length - 1, Math.max(0, at + by))];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

const KEYS = {
  "/": () => { const box = $("#q") || $("#pq"); if (box) { box.focus(); box.select(); } else location.href = "/"; },
  j: () => move(1),
  k: () => move(-1),
  n: () => $("#arrivals")?.click(),
  g: () => { location.href = "/"; },
  l: () => speak("like"),
  x: () => speak("dislike"),
  "?": () => help(),
};

// A word on the paper in focus, or on the one that is open.
function speak(what) {
  const place = document.activeElement?.closest(".row") || $("#say");
  if (place) $(`.say-it.is-${what}`, place)?.click();
}

function help() {
  const dialog = $("#help");
  dialog.open ? dialog.close() : dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const inField = event.target.matches("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && inField) { event.target.blur(); return; }
  if (inField || ($("#help").open && event.key !== "?")) return;
  const act = KEYS[event.key];
  if (act) { event.preventDefault(); act(); }
});
$("[data-help]")?.addEventListener("click", help);
document.addEventListener("submit", (event) => {
  const ask = event.target.dataset.confirm;
  if (ask && !confirm(ask)) event.preventDefault();
});
// ---- copying ---------------------------------------------------------------------------------
const said = async (button, told) => {
  const before = button.firstChild.data;
  button.firstChild.data = told;
  await new Promise((go) => setTimeout(go, 1500));
  button.firstChild.data = before;
};
for (const button of $$("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      const answer = await fetch(button.dataset.copy);
      if (!answer.ok) throw new Error(answer.statusText);
      await navigator.clipboard.writeText(await answer.text());
      await said(button, "Copied");
    } catch { await said(button, "Could not copy"); }
  });
}
// ---- search ----------------------------------------------------------------------------------
const USUAL = { mode: "hybrid", sort: "relevance" }; // what an address does not say
$("#search")?.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (value === (USUAL[name] ?? "")) formData.delete(name);
});

// A run of typing is one step back, however slow it was; Enter and the filters begin another.
let typed = false;
document.body.addEventListener("htmx:beforeHistoryUpdate", ({ detail }) => {
  const typing = detail.requestConfig.triggeringEvent?.type === "input";
  if (typing && typed) detail.history.type = "replace";
  typed = typing;
});
document.body.addEventListener("htmx:afterSettle", () => $("#q")?.setAttribute("aria-invalid", Boolean($("#problem"))));

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "results") return;
  const found = $$("#results .row").length;
  say(found ? `${found} papers shown` : "No paper fits");
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400 && event.detail.xhr.status !== 401) event.detail.shouldSwap = true;
  if (event.detail.xhr.responseURL.includes("/signin")) location.reload();
});

// ---- live -------------------------------------------------------------------------------------
const waiting = new Map(); // paper -> title, what has come since the list was shown
let handled;               // timer of the next look at what is waiting
const MOST_SLIDING = 6;

const liveList = () => $("#results[data-live]");
const known = (paper) => $(`[data-paper="${CSS.escape(paper)}"]`);
const reading = () => scrollY > 60 || document.activeElement?.closest("#results") || $("#results:hover .row:hover");

function arrived(event) {
  const fact = JSON.parse(event.data);
  const page = $("article.paper");
  if (page?.dataset.paper === fact.paper) return refreshPaper();
  const awaited = $("[data-await]")?.dataset.await;
  if (awaited === fact.paper) { location.href = `/paper/${fact.paper.replace(/^arxiv:/, "")}`; return; }
  if (event.type !== "paper.embedded" || !liveList() || known(fact.paper)) return;
  waiting.set(fact.paper, fact.title);
  handled ??= setTimeout(show, 700);
}

async function show() {
  handled = undefined;
  if (!liveList()) return waiting.clear();
  const empty = !$("#results .row") || $("#empty");
  if (waiting.size && !reading() && (empty || waiting.size <= MOST_SLIDING)) await slideIn();
  pill();
}

async function slideIn() {
  const ids = [...waiting.keys()].slice(0, 20);
  const answer = await fetch(`/rows?${new URLSearchParams(ids.map((id) => ["id", id]))}`);
  if (!answer.ok) return;
  const rows = $$(".row", new DOMParser().parseFromString(await answer.text(), "text/html"));
  ids.forEach((id) => waiting.delete(id));
  const list = freshList();
  for (const row of rows) if (!known(row.dataset.paper)) list.prepend(row);
  htmx.process(list);
  say(`${count(rows.length)} arrived`);
}

function freshList() {
  $("#empty")?.remove();
  let section = $(".fresh");
  if (!section) {
    section = document.createElement("section");
    section.className = "day fresh";
    section.setAttribute("aria-label", "Just arrived");
    section.innerHTML = "<h2>Just arrived</h2><ol class=\"list\"></ol>";
    liveList().prepend(section);
  }
  return $("ol", section);
}

function pill() {
  const button = $("#arrivals");
  if (!button) return;
  button.hidden = waiting.size === 0 || !liveList();
  button.textContent = count(waiting.size);
}

$("#arrivals")?.addEventListener("click", async () => {
  waiting.clear();
  pill();
  await htmx.ajax("GET", "/", { target: "#results", select: "#results", swap: "outerHTML" });
  scrollTo({ top: 0 });
  titles()[0]?.focus({ preventScroll: true });
});

let refreshing;
function refreshPaper() {
  refreshing ??= setTimeout(async () => {
    refreshing = undefined;
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["timeline", "summary"]) {
      const now = document.getElementById(id);
      const then = fresh.getElementById(id);
      if (now && then && now.innerHTML !== then.innerHTML) now.replaceWith(then);
    }
  }, 400);
}

function listen() {
  if (!liveList() && !$("article.paper") && !$("[data-await]")) return;
  const source = new EventSource("/api/v1/events");
  for (const name of ["paper.announced", "paper.fetched", "paper.embedded", "summary.ready"]) source.addEventListener(name, arrived);
  source.addEventListener("reset", () => { if (liveList()) { waiting.set("reset", ""); pill(); } });
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
listen();
