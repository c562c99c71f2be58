// Keeps a list up to date: it fetches the same page every two seconds, and takes the parts that changed.
const pause = 2000;
const button = document.getElementById("live");
const news = document.getElementById("news");

const numbers = root => new Set([...root.querySelectorAll("tr[data-number]")].map(row => row.dataset.number));

async function update() {
  const response = await fetch(location.href, {credentials: "omit", cache: "no-store"});
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const known = numbers(document);
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!other || other.innerHTML === part.innerHTML) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const wasButton = part.contains(document.activeElement) && document.activeElement.localName === "button";
    if (wasButton) continue;
    part.replaceChildren(...other.cloneNode(true).childNodes);
    if (focused) [...part.querySelectorAll("a")].find(link => link.getAttribute("href") === focused)?.focus();
  }
  const fresh = [...numbers(document)].filter(number => !known.has(number));
  for (const number of fresh) document.querySelector(`tr[data-number="${number}"]`).classList.add("new");
  if (fresh.length) news.textContent = fresh.length === 1 ? "1 new message" : `${fresh.length} new messages`;
}

async function run() {
  if (!document.hidden && button.getAttribute("aria-pressed") === "true") await update().catch(() => {});
  setTimeout(run, pause);
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", () =>
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true")));
  setTimeout(run, pause);
}
