// The browser's Back button finds every state of a form again, with its words. The server's answers take the place of the page; the states before stay as they
// are, in the memory of this page and nowhere else. Whatever is unusual goes the ordinary way, as without this script.

const PATIENCE = 30_000; // milliseconds without an answer
const A_MOMENT = 500; // milliseconds until it is said that something is on its way
const STEPS = ["check", "edit", "show", "send"];

const journey = Math.random(); // tells the entries of this page in the history from those of one that was reloaded
const states = [{ ...aboutPage(document), nodes: [...document.body.childNodes], path: location.pathname }];
let current = 0;
let running = null; // the request that is under way: its step, what ends it, and the forms that say so
let isLeaving = false;
let sentPage = isAfterSending(location.pathname) ? copyOf(document) : null; // for what Back shows then

function aboutPage({ title, documentElement: { lang, dir } }) {
  return { title, lang, dir };
}

function isAfterSending(path) {
  return path.includes("/enquiries/sent/");
}

function copyOf(page) {
  return { ...aboutPage(page), body: page.body.cloneNode(true) };
}

function mark() {
  return { journey, at: current };
}

// ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (isLeaving || form.id !== "enquiry" || !STEPS.includes(submitter?.value)) {
    isLeaving = true;
    return;
  }
  event.preventDefault();
  if (!running) send(form, submitter);
  else sayThatItIsOnItsWay(form, running);
});

async function send(form, submitter) {
  const asked = current;
  const request = { step: submitter.value, control: new AbortController(), forms: new Set() };
  running = request;
  say(form, ".unreachable", false);
  const answer = await post(form, submitter, request);
  if (running !== request) return; // given up
  running = null;
  const hasBeenSent = answer && isAfterSending(answer.path);
  if (asked !== current && !hasBeenSent) return; // gone back meanwhile
  if (answer?.page) show(answer, hasBeenSent);
  else if (!answer || answer.status >= 500) say(form, ".unreachable", true)?.focus();
  else {
    isLeaving = true;
    submitter.click();
  }
}

// → the answer, with its page if it is one of ours and not that of a proxy, a network's sign-in or a crash; nothing when none came.
async function post(form, submitter, request) {
  const body = new URLSearchParams(new FormData(form));
  body.set(submitter.name, submitter.value);
  const { control, forms } = request;
  const timers = [setTimeout(() => control.abort(), PATIENCE), setTimeout(() => sayThatItIsOnItsWay(form, request), A_MOMENT)];
  try {
    const action = submitter.hasAttribute("formaction") ? submitter.formAction : form.action; // another language or hospital
    const response = await fetch(action, { method: "POST", body, signal: control.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const { href: address, origin, pathname: path } = new URL(response.url);
    const isExpected = origin === location.origin && (!response.redirected || isAfterSending(path));
    const isOurs = isExpected && response.headers.get("Content-Type")?.startsWith("text/html") && page.querySelector("main#main h1");
    return { status: response.status, address, path, page: isOurs ? page : null };
  } catch {
    return null;
  } finally {
    timers.forEach(clearTimeout);
    forms.forEach((one) => say(one, ".on-its-way", false));
  }
}

function sayThatItIsOnItsWay(form, { forms }) {
  forms.add(form);
  say(form, ".on-its-way", true);
}

// Whoever goes elsewhere no longer waits for a step. What was sent is sent: its number is still waited for.
function giveUp() {
  if (!running || running.step === "send") return;
  running.control.abort();
  running = null;
}

function say(form, what, isSaid) {
  const words = form.querySelector(what);
  if (words) words.hidden = !isSaid;
  return words;
}

// ── Going from state to state ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

function show({ page, address, path }, hasBeenSent) {
  remember();
  history.scrollRestoration = "manual";
  const next = { ...aboutPage(page), nodes: [...page.body.childNodes], path };
  if (hasBeenSent) {
    sentPage = copyOf(page);
    makeNoise();
    states.splice(0, current, ...states.slice(0, current).map(sentBefore));
    states.splice(current, Infinity, next);
    history.replaceState(mark(), "", address);
  } else {
    states.splice(++current, Infinity, next);
    history.pushState(mark(), "", address);
  }
  turnTo(next);
}

// What stands in the place of a state before the sending: that the form was sent, and its number. Its words are no longer kept.
function sentBefore({ path }) {
  const { body: whole, ...about } = sentPage;
  const body = whole.cloneNode(true);
  const [main, template, heading, number] = ["main", "#sent-before", "main h1", "main .lead"].map((one) => body.querySelector(one));
  heading.textContent = template.dataset.heading;
  heading.parentElement.replaceChildren(heading, number, template.content);
  main.replaceChildren(main.querySelector(".page-header"));
  return { ...about, title: template.dataset.title, nodes: [...body.childNodes], path };
}

function remember() {
  Object.assign(states[current], { focus: document.activeElement, scroll: scrollY });
}

function turnTo({ title, lang, dir, nodes, focus, scroll }) {
  document.body.replaceChildren(...nodes);
  document.title = title;
  Object.assign(document.documentElement, { lang, dir });
  scrollTo({ top: scroll ?? 0, behavior: "instant" });
  if (focus?.isConnected && focus !== document.body) return focus.focus({ preventScroll: true });
  const first = document.querySelector("main [autofocus]") ?? document.querySelector("main h1");
  first.tabIndex = -1;
  first.focus({ preventScroll: first.matches("h1") });
}

addEventListener("popstate", ({ state }) => {
  if (state?.journey === journey && states[state.at]) {
    if (state.at === current) return;
    giveUp();
    remember();
    current = state.at;
    turnTo(states[current]);
  } else if (location.pathname === states[current].path) {
    history.replaceState(mark(), ""); // a place on the page that is shown
  } else if (sentPage) {
    remember(); // the form, and the page with the number was loaded anew meanwhile
    current = states.push(sentBefore({ path: location.pathname })) - 1;
    history.replaceState(mark(), "");
    turnTo(states[current]);
  } else {
    isLeaving = true;
    location.reload();
  }
});

// Without this script the browser would ask too, before it sends a form once more. It need not ask before it dials a number.
addEventListener("beforeunload", (event) => {
  if (current > 0 && !sentPage && !isLeaving && !document.activeElement?.matches("[href^='tel:']")) event.preventDefault();
});

addEventListener("pageshow", () => {
  isLeaving = false; // the browser had kept the page as it was left
});

// ── Loading the page anew ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

// What is typed goes over a reload in two halves. The name of the window, which is in memory only, is noise from the beginning: a name given while the page
// unloads comes too late. The words mixed with it go to sessionStorage, which browsers write to disk. Another site in this window may read the noise alone.
const HALF = "enquiry";
const MOST_KEPT = 16_384; // bytes: the longest texts fit
let noise; // the copy with which words are mixed, so that they are never written unmixed whatever becomes of the name

addEventListener("beforeunload", () => {
  const form = document.querySelector("#enquiry");
  if (!form || sentPage) return;
  const words = new TextEncoder().encode(JSON.stringify([...new FormData(form)]));
  if (words.length <= MOST_KEPT) tryToStore(() => sessionStorage.setItem(HALF, toText(mix(words, noise))));
});

function makeNoise() {
  tryToStore(() => sessionStorage.removeItem(HALF));
  noise = crypto.getRandomValues(new Uint8Array(MOST_KEPT));
  window.name = toText(noise);
}

function mix(bytes, others) {
  return bytes.map((byte, at) => byte ^ others[at]);
}

function toText(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

function toBytes(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

// A browser that stores nothing loses what is typed, as without this script.
function tryToStore(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

// Consents stay ticked under the very texts that they were given to.
function fillIn(form, words) {
  const valuesOf = (given) => words.filter(([name]) => name === given).map(([, value]) => value);
  const isSameText = valuesOf("shown")[0] === form.elements.shown.value;
  for (const field of form.elements) {
    const { name, type, value } = field;
    if (!valuesOf(name).length || ["csrfmiddlewaretoken", "shown"].includes(name)) continue;
    if (!["checkbox", "radio"].includes(type)) [field.value] = valuesOf(name);
    else if (isSameText || !name.startsWith("agree_")) field.checked = valuesOf(name).some((one) => [value, "True"].includes(one));
  }
}

const form = document.querySelector("#enquiry");
const half = tryToStore(() => sessionStorage.getItem(HALF));
if (form && half && performance.getEntriesByType("navigation")[0]?.type === "reload") {
  tryToStore(() => fillIn(form, JSON.parse(new TextDecoder().decode(mix(toBytes(half), toBytes(window.name))))));
}
makeNoise();

history.replaceState(mark(), "");
