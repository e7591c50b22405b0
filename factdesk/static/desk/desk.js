// The reading desk. Everything here can also be done without it: copy the words, and the server finds them.
const desk = document.querySelector(".desk"), text = document.getElementById("text"), form = document.getElementById("record");
const field = name => form.elements[name], said = document.getElementById("said"), near = document.getElementById("near");
const tell = words => { said.textContent = words; };
document.getElementById("errors")?.focus();

// -- places: the server counts code points, the browser UTF-16 units. Here, and only here, one becomes the other.
const lines = text ? [...text.querySelectorAll("p")] : [];
const points = words => [...words].length;
const place = (line, node, offset) => {
  const before = document.createRange();
  before.selectNodeContents(line);
  before.setEnd(node, offset);
  let unit = before.toString().length;
  if (/[\uDC00-\uDFFF]/.test(line.textContent.charAt(unit)) && unit) unit -= 1;   // never between the halves of one character
  return { unit, point: +line.dataset.start + points(line.textContent.slice(0, unit)) };
};
const edge = (line, node, offset, otherwise) => line.contains(node) ? place(line, node, offset) : place(line, line, otherwise);
const taken = range => {
  const touched = lines.filter(line => range.intersectsNode(line));   // whoever selects all, or a whole paragraph, selects beyond the lines
  if (!touched.length) return null;
  const first = touched[0], last = touched[touched.length - 1];
  const from = edge(first, range.startContainer, range.startOffset, 0), to = edge(last, range.endContainer, range.endOffset, last.childNodes.length);
  const between = touched.map(line => line.textContent);
  between[between.length - 1] = between[between.length - 1].slice(0, to.unit);
  let words = between.join("\n").slice(from.unit), start = from.point;
  const lead = words.length - words.trimStart().length;   // white space at the ends of a selection is the mouse's, not the source's
  start += points(words.slice(0, lead));
  words = words.trim();
  return words && { words, start, end: start + points(words) };
};

// -- sentences, in the language of the source
const segmenter = text && window.Intl?.Segmenter ? new Intl.Segmenter(text.lang || undefined, { granularity: "sentence" }) : null;
const sentences = segmenter ? lines.flatMap(line => [...segmenter.segment(line.textContent)].filter(s => s.segment.trim())
  .map(s => [line, s.index + s.segment.length - s.segment.trimStart().length, s.index + s.segment.trimEnd().length])) : [];
const starts = ([line, from]) => +line.dataset.start + points(line.textContent.slice(0, from));
const after = +new URLSearchParams(location.search).get("after");
let now = after ? sentences.findLastIndex(s => starts(s) < after) : -1;
const at = (line, unit) => {
  const walk = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  for (let node, seen = 0; (node = walk.nextNode()); seen += node.length) if (seen + node.length >= unit) return [node, unit - seen];
  return [line, line.childNodes.length];
};
const step = by => {
  const next = Math.min(Math.max(now + by, 0), sentences.length - 1);
  if (!sentences[next]) return;
  now = next;
  const [line, from, to] = sentences[now], range = document.createRange(), selection = getSelection();
  range.setStart(...at(line, from)); range.setEnd(...at(line, to));
  selection.removeAllRanges(); selection.addRange(range);
  line.scrollIntoView({ block: "nearest" });
  tell(`Sentence ${now + 1} of ${sentences.length}. Press C to take it.`);
};
const take = () => {
  const selection = getSelection(), range = selection.rangeCount ? selection.getRangeAt(0) : null;
  const found = range && !range.collapsed ? taken(range) : null;
  if (!found) return tell("Select some words in the text first.");
  field("quotation").value = found.words; field("start").value = found.start; field("end").value = found.end;
  field("quotation").dataset.taken = found.words;
  if (window.Highlight) CSS.highlights.set("taken", new Highlight(range.cloneRange()));
  tell(`${points(found.words)} characters taken.`);
  field("statement").focus(); look();
};
// Words that are changed by hand have no place any more: the server finds them.
field("quotation").addEventListener("input", () => { field("start").value = field("end").value = ""; });

// -- keys: only outside of fields, shown on the page, and they can be switched off (WCAG 2.1.4)
const keys = document.getElementById("keys");
if (keys) keys.checked = localStorage.getItem("desk-keys") !== "off";
keys?.addEventListener("change", () => localStorage.setItem("desk-keys", keys.checked ? "on" : "off"));
addEventListener("keydown", e => {
  if ((e.ctrlKey || e.metaKey) && e.key === "Enter" && form.contains(e.target)) { e.preventDefault(); form.requestSubmit(); return; }
  if (e.key === "Escape" && form.contains(e.target)) { text?.focus(); return; }
  if (!text || !keys?.checked || e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select")) return;
  const act = { j: () => step(1), k: () => step(-1), c: take }[e.key.toLowerCase()];
  if (act) { e.preventDefault(); act(); }
});

// -- near claims, offered while one types
let waiting, asked = "";
const not_same = new Set(field("not_same").value.split(",").filter(Boolean));
const button = (words, act) => { const b = document.createElement("button"); b.type = "button"; b.textContent = words; b.addEventListener("click", act); return b; };
const show = claims => {
  near.replaceChildren();
  const offered = claims.filter(c => !not_same.has(c.key));
  if (!offered.length) return;
  const head = document.createElement("p");
  head.textContent = "Looks like one of these. Add to it instead?";
  near.append(head, ...offered.map(c => {
    const row = document.createElement("div"), words = document.createElement("p");
    words.textContent = `${c.key}, ${c.kind === "opinion" ? "opinion" : c.status.toLowerCase()}: ${c.words}`;
    row.append(words, button(`Add to ${c.key}`, () => { field("existing").value = c.key; field("statement").value = ""; near.replaceChildren(); field("existing").focus(); }),
      button("Not the same", () => { not_same.add(c.key); field("not_same").value = [...not_same].join(","); row.remove(); }));
    return row;
  }));
};
const look = () => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const body = new FormData();
    body.set("words", field("statement").value); body.set("quote", field("quotation").value);
    body.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
    const query = `${body.get("words")}\n${body.get("quote")}`;
    if (query === asked || field("existing").value) return;
    asked = query;
    // Sent in the body: what an editor is typing belongs into no log of addresses.
    try { const answer = await fetch(desk.dataset.near, { method: "POST", body }); if (answer.ok && asked === query) show((await answer.json()).claims); } catch { /* offline: nothing is offered */ }
  }, 350);
};
field("statement").addEventListener("input", look);
if (text && !field("quotation").value) text.focus();
