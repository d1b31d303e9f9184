// Warns before the session of this browser ends, and renews it by one button. Without a script the page says the time.
const box = document.getElementById("session");
const warning = box.querySelector("[data-warning]");
let endsAt = Date.now() + 1000 * box.dataset.left;
let isLast = false;
let shown = "";

const warnBefore = Math.min(5 * 60, box.dataset.left / 3) * 1000;

function show(name) {
  if (name === shown) return;
  shown = name;
  warning.replaceChildren();
  if (!name) return;
  warning.append(box.querySelector(`template[data-${name}]`).content.cloneNode(true));
  warning.querySelector("button")?.addEventListener("click", stay);
}

async function ask(options) {
  const response = await fetch(box.dataset.address, { redirect: "error", ...options });
  if (!response.ok) throw new Error(response.statusText);
  const { left, is_last } = await response.json();
  endsAt = Date.now() + 1000 * left;
  isLast = is_last;
}

async function stay() {
  const token = document.querySelector("#logout-form [name=csrfmiddlewaretoken]").value;
  try {
    await ask({ method: "POST", body: new URLSearchParams({ csrfmiddlewaretoken: token }) });
  } catch {
    return look();
  }
  document.querySelector("#session [data-end]").hidden = true; // its hour has passed
  show(isLast ? "last" : "stayed");
  if (!isLast) document.getElementById("content-start").focus({ preventScroll: true });
  wait();
}

// Another tab may have renewed the session meanwhile, so the server is asked before anything is said.
async function look() {
  try {
    await ask();
  } catch {
    // no answer: the time that was known before still counts
  }
  const left = endsAt - Date.now();
  show(left <= 0 ? "over" : left > warnBefore ? "" : isLast ? "last" : "soon");
  wait();
}

let timer;
function wait() {
  clearTimeout(timer);
  const left = endsAt - Date.now();
  if (left > 0) timer = setTimeout(look, Math.min(left > warnBefore ? left - warnBefore : left, 2 ** 31 - 1) + 500);
  else if (shown === "over") timer = setTimeout(look, 60000); // signed in again in another tab?
  else look();
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && endsAt - Date.now() <= warnBefore) look();
});
wait();
