// How far an import is, every few seconds; the page is read anew once it is over.
const EVERY = 3000;

async function look() {
  const job = document.getElementById("job");
  try {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
    const now = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("job");
    if (!answer.ok || !now || !("atWork" in now.dataset)) return location.reload();
    job.replaceChildren(...now.childNodes);
  } catch {
    // The desk does not answer: it is asked again.
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
