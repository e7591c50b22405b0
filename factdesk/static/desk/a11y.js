// Stock admin leaves a few controls without a name; and an error summary takes the focus, so that it is read first.
for (const box of document.querySelectorAll("td.action-checkbox input:not([aria-label])")) box.setAttribute("aria-label", "Choose this row");
document.getElementById("errors")?.focus();
