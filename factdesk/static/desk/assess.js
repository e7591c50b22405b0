// The page of a finding: numbers beside what is cited, the line of what is missing, and keys. The server asks the same again.
const ready = document.getElementById("ready"), form = ready.closest("form"), reason = form.elements.reason, why = form.elements.because;
const cards = [...form.querySelectorAll("[data-cite]")], length = document.getElementById("length");
const points = words => [...words].length;
const stance = card => card.querySelector("input[type=radio]:checked")?.value || "";
const marker = /\[([1-9]\d?)\]/g, LOST = "[?]";

// -- numbers: those that the citations get, in the order of the page. A marker stays with its evidence.
let numbers = new Map();
const number = rewrite => {
  const before = numbers, cited = cards.filter(stance);
  numbers = new Map(cited.map((card, place) => [card, place + 1]));
  for (const card of cards) card.querySelector(".fd-mark").textContent = numbers.has(card) ? `[${numbers.get(card)}]` : "";
  // Markers that were typed before their evidence was chosen wait for it, and all others with them.
  if (!rewrite || [...reason.value.matchAll(marker)].some(([, n]) => +n > before.size)) return;
  const moved = new Map([...before].map(([card, n]) => [n, numbers.get(card)]));
  const words = reason.value.replace(marker, (was, n) => !moved.has(+n) ? was : moved.get(+n) ? `[${moved.get(+n)}]` : LOST);
  if (words !== reason.value) reason.value = words;
};

// -- what is missing
const loose = () => reason.value.includes(LOST) ? LOST : [...reason.value.matchAll(marker)].find(([, n]) => +n > numbers.size)?.[0];
const tell = () => {
  const status = form.elements.status.value, stances = [...numbers.keys()].map(stance), said = points(why.value.trim());
  const checks = [[status, "status"], [said && said <= 240, "why"]];
  if (status === "verified") checks.push([stances.includes("supports"), "a citation that supports"], [!stances.includes("contradicts"), "none that contradicts"]);
  if (status === "disputed") checks.push([stances.includes("contradicts"), "a citation that contradicts"]);
  if (loose()) checks.push([false, `evidence for ${loose()}`]);
  const words = checks.map(([done, what]) => `${done ? "✓" : "✗"} ${what}`).join("  ") + (checks.every(([done]) => done) ? "  Ready to send." : "");
  if (ready.textContent !== words) ready.textContent = words;
  length.textContent = `${said}/240`;
  length.classList.toggle("fd-over", said > 240);
};
form.addEventListener("input", e => { if (e.target.closest("[data-cite]") && e.target.type === "radio") number(true); tell(); });
addEventListener("pageshow", () => { number(false); tell(); });   // a browser that goes back fills fields in late
length.hidden = false;

// -- keys: single ones only where nothing is typed, shown on the page, and they can be switched off (WCAG 2.1.4)
const keys = document.getElementById("keys"), keyed = document.getElementById("keyed");
const hints = () => { for (const hint of form.querySelectorAll(".fd-key")) hint.hidden = !keys.checked; };
keyed.hidden = false;
keys.checked = localStorage.getItem("desk-keys") !== "off";
keys.addEventListener("change", () => { localStorage.setItem("desk-keys", keys.checked ? "on" : "off"); hints(); });
hints();
const shown = () => cards.filter(card => card.checkVisibility());
const at = () => shown().findIndex(card => card.contains(document.activeElement));
const go = place => {
  const card = shown()[place];
  if (!card) return;
  (card.querySelector("input[type=radio]:checked") || card.querySelector("input[type=radio]")).focus();
  card.scrollIntoView({ block: "nearest" });
};
const choose = radio => { radio.checked = true; radio.dispatchEvent(new Event("input", { bubbles: true })); };
const cite = value => {
  const here = at();
  if (here < 0) return go(0);
  choose(shown()[here].querySelector(`input[value="${stance(shown()[here]) === value ? "" : value}"]`));
  go(Math.min(here + 1, shown().length - 1));
};
const decide = place => { choose(form.elements.status[place]); why.focus(); };
addEventListener("keydown", e => {
  const other = e.target.closest("form");
  if (other && other !== form || e.target.closest("a")) return;
  if ((e.ctrlKey || e.metaKey) && e.key === "Enter" && !e.repeat) { e.preventDefault(); form.requestSubmit(); return; }
  const typing = e.target.closest("textarea, select, input:not([type=radio], [type=checkbox], [type=submit])");
  if (typing || !keys.checked || e.ctrlKey || e.metaKey || e.altKey) return;
  const act = {
    j: () => go(Math.min(at() + 1, shown().length - 1)), k: () => go(Math.max(at() - 1, 0)),
    s: () => cite("supports"), c: () => cite("contradicts"), x: () => cite("context"),
    1: () => decide(0), 2: () => decide(1), 3: () => decide(2),
  }[e.key.toLowerCase()];
  if (act) { e.preventDefault(); act(); }
});
