import { words } from "./words.js";

/** Older than this the page calls itself old: a state that looks current and is not is worse than none. */
const staleMs = 1_500;
const reopenMs = 1_000;
/** A network that was left says nothing of it: a silent stream is opened anew. */
const silentMs = 5_000;
/** Browsers round their clocks, and two clocks drift apart. */
const clockMs = 200;
const pressTries = 5;
const pressMs = 1_000;
const betweenTriesMs = 250;
/** [LG1] [LG11] Where the guard acts. */
const ageMsLimit = 200;

const $ = (id) => document.getElementById(id);
/** Only what is new, or screen readers would say it five times a second. */
const put = (id, text) => {
  const place = $(id);
  if (place.textContent !== text) place.textContent = text;
};
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

let language = localStorage.getItem("language") ?? preferred();
let said = words[language];
let state;
/** What it is at most behind the vehicle, by one clock alone: see `open`. */
let takenAtMs = Number.NEGATIVE_INFINITY;
let source;
let openedAtMs = 0;

function preferred() {
  return navigator.languages.find((one) => /^(en|it)\b/.test(one))?.slice(0, 2) ?? "en";
}

function speak(next) {
  language = next;
  said = words[next];
  document.documentElement.lang = next;
  for (const one of document.querySelectorAll("[data-word]"))
    one.textContent = said[one.dataset.word];
  for (const one of document.querySelectorAll("[data-rung]"))
    one.textContent = said.rungs[one.dataset.rung];
  $("language").textContent = next === "en" ? "IT" : "EN";
  $("language").ariaLabel = said.other;
  draw();
}

/**
 * The stream begins with what the gateway's clock reads, which it cannot have read before the stream was
 * asked for. Counted from that moment by the gateway's own clock, no state can seem newer than it is,
 * however long it was on its way.
 */
function open() {
  source?.close();
  const askedAtMs = performance.now();
  openedAtMs = askedAtMs;
  const stream = new EventSource("/state");
  let zeroMs = 0;
  source = stream;
  stream.addEventListener("clock", ({ data }) => {
    zeroMs = Number(data);
  });
  stream.onmessage = ({ data }) => {
    state = JSON.parse(data);
    takenAtMs = askedAtMs + state.atMs - zeroMs;
    document.body.dataset.view = "state";
    // This machine slept, and its clock with it.
    if (takenAtMs > performance.now() + clockMs) open();
    else draw();
  };
  stream.onerror = async () => {
    stream.close();
    // Why is not told to scripts: asked in another way it is.
    const answer = await ask("/state", "HEAD");
    if (answer?.status === 401) document.body.dataset.view = "pair";
    else if (source === stream) setTimeout(open, reopenMs);
  };
}

/** Undefined where nobody answers. */
const ask = (path, method, body) =>
  fetch(path, { method, body, signal: AbortSignal.timeout(pressMs) }).catch(() => undefined);

const ageText = (ms) => (ms < 1_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1_000)} s`);

function figure(id, value, text, isBad) {
  put(id, value === null ? said.unknown : text(value));
  $(id).className = value === null ? "unknown" : isBad?.(value) ? "bad" : "";
}

function age(id, value) {
  figure(id, value, ageText, (ms) => ms > ageMsLimit);
  const meter = $(`${id}-meter`);
  meter.value = value ?? 0;
  meter.className = value === null ? "unknown" : value > ageMsLimit ? "bad" : "";
}

function draw() {
  const behindMs = performance.now() - takenAtMs;
  const isStale = state !== undefined && behindMs > staleMs;
  document.body.classList.toggle("stale", isStale);
  put("stale", isStale ? fill(said.stale, { seconds: Math.round(behindMs / 1_000) }) : "");
  if (!state) return;
  const { isHeard, holder, isArmed, isHubUp, isStopped, lock, rung } = state;
  put("vehicle", state.vehicle);
  put("hub", isHubUp ? said.hubUp : said.hubDown);
  $("hub").classList.toggle("bad", !isHubUp);
  document.body.classList.toggle("stopped", isStopped);
  const has = isHeard ? holder : "unheard";
  document.body.dataset.holder = has;
  // [AU4] In the safety pilot's hands the guard is silent, whatever rung it would be on.
  const isGuarded = has === "remote-pilot" || has === "nobody";
  const isHandover = has === "remote-pilot" && state.nextPilotId !== null;
  const isAside = has !== "remote-pilot" && state.pilotId !== null;
  const holds = said.holds[isHandover ? "handover" : has] + (isAside ? said.lease : "");
  put("holder-name", said.holders[has]);
  put("holder-said", fill(holds, { pilot: state.pilotId, next: state.nextPilotId }));
  figure("mode", state.modeName, (name) => name);
  figure("armed", isArmed, (is) => (is ? said.armed : said.disarmed));
  figure("phase", isHeard ? state.phase : null, (phase) => said.phases[phase]);
  for (const one of document.querySelectorAll("[data-rung]"))
    one.toggleAttribute("data-here", isGuarded && one.dataset.rung === rung);
  put("lock", lock === null ? said.free : said.locks[lock]);
  figure("height", state.heightM, (m) => `${m.toFixed(1)} m`);
  figure("speed", state.speedMps, (mps) => `${mps.toFixed(1)} m/s`);
  figure(
    "battery",
    state.batteryPct,
    (pct) => `${Math.round(pct)} %`,
    (pct) => pct < 25,
  );
  age("command", state.commandAgeMs);
  age("odometry", state.odometryAgeMs);
  $("events").replaceChildren(...state.events.map((event) => eventLine(event, behindMs)));
}

function eventLine(event, behindMs) {
  const word = (code) =>
    said.causes[code] ?? said.locks[code] ?? said.phases[code] ?? said.rungs[code] ?? code;
  const names = Object.fromEntries(
    ["from", "to", "order"].map((name) => [name, word(event[name])]),
  );
  const line = document.createElement("li");
  const when = document.createElement("time");
  const what = document.createElement("span");
  const why = document.createElement("small");
  when.textContent = ageText(event.ageMs + Math.max(0, behindMs));
  what.textContent = fill(said.events[event.kind] ?? event.kind, names);
  why.textContent = event.reason ?? (event.cause ? word(event.cause) : "");
  line.append(when, what, why);
  return line;
}

/** Until the gateway has it: a stop that is lost on the way must not be taken for one that stands. */
async function press(act) {
  for (let tries = 0; tries < pressTries; tries++) {
    const answer = await ask(`/${act}`, "POST");
    if (answer?.ok) return tell("sent", act);
    tell("failed", act);
    if (answer?.status === 401) return;
    await new Promise((resolve) => setTimeout(resolve, betweenTriesMs));
  }
}

let forgetting;
function tell(name, act) {
  clearTimeout(forgetting);
  $("said").textContent = fill(said[name], { act: said[act] });
  $("said").className = name;
  if (name === "sent") {
    forgetting = setTimeout(() => {
      $("said").textContent = "";
    }, 3_000);
  }
}

$("stop").addEventListener("pointerdown", () => press("stop"));
// By a screen reader or the enter key: there was no pointer.
$("stop").addEventListener("click", ({ detail }) => detail === 0 && press("stop"));
$("land").addEventListener("click", () => press("land"));
// The space bar is STOP wherever the focus is, and never the button that has it.
for (const kind of ["keydown", "keyup"])
  addEventListener(
    kind,
    (event) => {
      if (event.code !== "Space" || document.body.dataset.view !== "state") return;
      event.preventDefault();
      event.stopPropagation();
      if (kind === "keydown" && !event.repeat) press("stop");
    },
    true,
  );
$("language").addEventListener("click", () => {
  speak(language === "en" ? "it" : "en");
  localStorage.setItem("language", language);
});
$("pair").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await ask("/pair", "POST", $("code").value);
  const faults = { 403: "wrongCode", 409: "tooManyBrowsers", 429: "tooManyTries" };
  $("pair-said").textContent = answer?.ok ? "" : said[faults[answer?.status] ?? "unreachable"];
  $("code").value = "";
  if (!answer?.ok) return;
  document.body.dataset.view = "waiting";
  open();
});
addEventListener("visibilitychange", () => {
  if (!document.hidden && document.body.dataset.view === "state") open();
});
setInterval(() => {
  const sinceMs = performance.now() - Math.max(openedAtMs, takenAtMs);
  if (sinceMs > silentMs && document.body.dataset.view !== "pair") open();
  draw();
}, 250);
speak(language);
open();
