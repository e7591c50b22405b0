// The "Ready" line of a finding: what is still missing, as it is typed. The server asks the same again.
const ready = document.getElementById("ready");
document.getElementById("errors")?.focus();
if (ready) {
  const form = ready.closest("form");
  const tell = () => {
    const data = new FormData(form);
    const status = data.get("status");
    const stances = [...data].filter(([name, value]) => value && /^stance_|_stance$/.test(name)).map(([, value]) => value);
    const missing = [];
    if (!status) missing.push("a status");
    if (!(data.get("because") || "").trim()) missing.push("why, in one sentence");
    if (status === "verified" && !stances.includes("supports")) missing.push("a citation that supports the claim");
    if (status === "verified" && stances.includes("contradicts")) missing.push("no citation that contradicts the claim");
    if (status === "disputed" && !stances.includes("contradicts")) missing.push("a citation that contradicts the claim");
    const text = missing.length ? `Still missing: ${missing.join("; ")}.` : "Ready to send to a second editor.";
    if (ready.textContent !== text) ready.textContent = text;
  };
  form.addEventListener("input", tell);
  tell();
}
