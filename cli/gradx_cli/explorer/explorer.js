/* What is computed is computed by `run`, the exported tape: values, gradients and local partials in one array. */
const data = JSON.parse(document.getElementById("program").textContent);
const byId = (id) => document.getElementById(id);
const START = data.x.map((x) => (typeof x === "string" ? Number(x.replace("inf", "Infinity")) : x));
const NO_NUDGE = new Array(data.nudges).fill(0);
const TOTAL = data.steps.length, OUTPUT = data.boxes[data.output].entries[0];
const HALF_ULP = 2 ** -53, ROWS = 400, PAUSE_MS = 1300;

const entries = data.boxes.flatMap((box, at) => box.entries.map((entry) => ({...entry, at, box})));
const turn = {forward: new Map(), backward: new Map()};
data.steps.forEach(({box, phase}, k) => turn[phase].set(box, k + 1));

let x = [...START], step = TOTAL, nudge = null, playing = 0;
let before = run(x, NO_NUDGE), now = before;

/* The drawing */

const graph = byId("graph"), picture = graph.querySelector("svg");
if (picture) {
  const natural = Number(picture.getAttribute("width"));
  picture.style.maxWidth = `${natural*1.6}px`;
  picture.style.minWidth = `${natural*0.75}px`;
  // As high as it is wide where it is scrolled: it would stand in the middle of its blank otherwise.
  const fit = () => {
    picture.style.minHeight = natural*0.75 > graph.clientWidth ? `${picture.getAttribute("height")*0.75}px` : "";
  };
  addEventListener("resize", fit);
  fit();
}
const inDrawing = [...graph.querySelectorAll("[data-n]")];
const partOf = data.boxes.map((_, at) => graph.querySelector(`g[data-node="${at}"]`));
const wiresOf = data.boxes.map((_, at) => graph.querySelectorAll(`[data-from="${at}"]`));
const carriedTo = data.boxes.map((_, at) => graph.querySelectorAll(`text[data-node="${at}"]`));

const isNeeded = (entry) => entry.needed === null || now[entry.needed] !== 0;
const differs = ({v}) => before[v] !== now[v] && !(Number.isNaN(before[v]) && Number.isNaN(now[v]));
const isAtEdge = (entry) => entry.edges.some((place) => now[place] === 0);
const reached = (phase, at) => (turn[phase].get(at) ?? 0) <= step;

function drawGraph() {
  for (const place of inDrawing) {
    const value = now[place.dataset.n], ends = place.closest("text").getAttribute("text-anchor") === "end";
    place.textContent = ends ? fitted(value).padStart(WIDTH) : fitted(value).padEnd(WIDTH);
  }
  const current = step ? data.steps[step - 1] : null;
  data.boxes.forEach((box, at) => {
    const part = partOf[at];
    if (!part) return;
    const has = box.entries.some(isNeeded), moves = nudge !== null && box.entries.some(differs);
    const set = (name, on) => part.classList.toggle(name, on);
    set("untaken", !has);
    set("edge", box.entries.some((entry) => isNeeded(entry) && isAtEdge(entry)));
    set("doubt", isOpening() && box.entries.some((entry) => entry.status !== null && !/agree|unchecked/.test(entry.status)));
    set("unvalued", !reached("forward", at));
    set("ungraded", !reached("backward", at));
    set("now", current !== null && current.box === at);
    set("back", current !== null && current.phase === "backward");
    set("moved", moves);
    part.style.transitionDelay = moves ? `${turnDelay(at)}ms` : "0ms";
    for (const wire of wiresOf[at]) wire.classList.toggle("moved", moves);
    for (const text of carriedTo[at]) text.classList.toggle("ungraded", !reached("backward", at));
  });
}

/** A nudge is seen to travel: a box lights up after those before it. */
function turnDelay(at) {
  return Math.max(0, (turn.forward.get(at) ?? 0) - (turn.forward.get(nudge.at) ?? 0)) * 120;
}

/* The step */

const written = [...byId("steps").children];

function drawStep() {
  byId("step").value = step;
  const current = step ? data.steps[step - 1] : null;
  byId("where").textContent = `${step} of ${TOTAL}` + (current ? ` · ${current.phase === "forward" ? "forward →" : "← backward"}` : "");
  byId("equation").replaceChildren(...(current ? [...written[step - 1].cloneNode(true).childNodes] : []));
  fillFormulas(byId("equation"));
  byId("stage").classList.toggle("wide", byId("stage").scrollWidth > byId("stage").clientWidth);
  written.forEach((item, k) => item.classList.toggle("now", k === step - 1));
  byId("note").textContent = current ? notes(data.boxes[current.box], current.phase) : "the inputs have their values; ▶ goes forward";
  const told = current && data.boxes[current.box].entries.length === 1;
  const entry = current && data.boxes[current.box].entries[0];
  const number = told ? ` = ${shown(now[current.phase === "forward" ? entry.v : entry.g])}` : "";
  byId("said").textContent = current ? `step ${step} of ${TOTAL}, ${current.phase}: ${current.said}${number}` : "the inputs";
  for (const [id, off] of [["first", step === 0], ["back", step === 0], ["on", step === TOTAL], ["last", step === TOTAL]]) byId(id).disabled = off;
  light(current ? data.boxes[current.box].span : null);
}

/** What a step's numbers do not say: that the functions whose values, or slopes, it takes are at a boundary. */
function notes(box, phase) {
  const taken = phase === "forward" ? [box] : box.users.map((k) => data.boxes[k]);
  const entry = taken.flatMap((one) => one.entries).find((one) => isNeeded(one) && isAtEdge(one));
  if (!box.entries.some(isNeeded)) return `${box.name} stands in a branch that is not taken here`;
  return entry && entry.row ? `${entry.name} is at a boundary of ${entry.row}: the slopes on its two sides may differ` : "";
}

/** The place of the step in the program. */
function light(span) {
  const source = byId("source");
  if (!span || span[0] === span[1]) return source.replaceChildren(data.source);
  const [start, end] = span;
  const mark = html("mark", data.source.slice(start, end));
  source.replaceChildren(data.source.slice(0, start), mark, data.source.slice(end));
  source.scrollTop = mark.offsetTop - source.offsetTop - source.clientHeight/2;
}

function go(to) {
  step = Math.min(TOTAL, Math.max(0, to));
  drawStep();
  drawGraph();
  drawInputs();
  keep();
  reveal();
}

/** Keep the step and its box in sight. */
function reveal() {
  byId("stage").scrollIntoView({block: "nearest", inline: "nearest"});
  const part = step && partOf[data.steps[step - 1].box];
  if (part) {
    const box = part.getBoundingClientRect(), room = graph.getBoundingClientRect();
    graph.scrollLeft += box.left + box.width/2 - room.left - room.width/2;
    graph.scrollTop += box.top + box.height/2 - room.top - room.height/2;
  }
}

function play(on) {
  clearInterval(playing);
  playing = 0;
  byId("play").textContent = on ? "pause" : "play";
  if (!on) return;
  if (step === TOTAL) go(0);
  playing = setInterval(() => (step < TOTAL ? go(step + 1) : play(false)), PAUSE_MS);
}

/* The point */

const isOpening = () => nudge === null && x.every((value, k) => Object.is(value, START[k]));

function compute() {
  before = run(x, NO_NUDGE);
  now = before;
  if (nudge !== null) {
    const there = [...x], added = [...NO_NUDGE];
    if (nudge.input !== null) there[nudge.input] += nudge.size;
    else added[nudge.nudge] += nudge.size;
    now = run(there, added);
  }
}

function drawTrust() {
  const value = now[OUTPUT.v], opening = isOpening(), trust = byId("trust");
  const off = HALF_ULP*now[data.rounding], lost = Math.ceil(16 + Math.log10(off/Math.abs(value)));
  byId("value").textContent = `${OUTPUT.name} = ${shown(value)}`;
  let [said, tone] = ["float64 here: this page computed it, nothing is proved", "quiet"];
  if (!agrees) [said, tone] = ["! this browser computes other numbers than gradx did", "wrong"];
  else if (opening && data.proved === true) [said, tone] = ["✓ proved: the value and every gradient", "confirmed"];
  else if (opening) [said, tone] = [data.proved === false ? "! not everything is proved: see below" : "not everything was checked: see below", "doubtful"];
  else if (!Number.isFinite(value)) [said, tone] = ["! no finite value here: the program is outside its domain, or too large for float64", "doubtful"];
  else if (value === 0 && off > 0) [said, tone] = [`float64 here, and rounding may have moved it by ${shown(off, 1)}`, off > 1e-8 ? "doubtful" : "quiet"];
  else if (lost > 8) [said, tone] = [`! float64 here, and rounding may have taken ${lost > 15 ? "all digits" : `${lost} of 16 digits`}`, "doubtful"];
  trust.textContent = said;
  trust.className = tone;
  byId("home").hidden = opening;
}

function drawAll() {
  compute();
  drawTrust();
  drawGraph();
  drawStep();
  drawInputs();
  drawNudge();
  drawNumbers();
  if (byId("all").open) fillFormulas(byId("steps"));
  keep();
}

let asked = 0;
function drawSoon() {
  if (!asked) asked = requestAnimationFrame(() => { asked = 0; drawAll(); });
}

/* Whether this browser's numbers are gradx's, at the opening point. */
const agrees = entries.every(({v, g, found}) => [[v, found[0]], [g, found[1]]].every(([place, expected]) => {
  if (typeof expected !== "number") return true;
  return Math.abs(before[place] - expected) <= 1e-9*Math.max(1, Math.abs(expected));
}));

/* Inputs */

const inputs = entries.filter((entry) => entry.input !== null).slice(0, data.sliders);
const controls = new Map();

/** Where a slider goes and in which steps, in round numbers: to twice the value on either side of 0. */
function way(value) {
  const wide = Math.abs(value) >= 1e-3 ? Math.max(2, 2*Math.abs(value)) : 2*Math.abs(value) || 2;
  const ten = 10 ** Math.floor(Math.log10(wide)), most = Math.ceil(wide/ten)*ten;
  return {min: -most, max: most, step: ten/100};
}

function set(k, value) {
  if (Number.isNaN(value)) return;
  x[k] = value;
  forget();
  drawSoon();
}

function makeInputs() {
  for (const {name, input: k, box, at} of inputs) {
    const row = html("div", "", {class: "slider"}), id = `input-${k}`;
    const slider = html("input", "", {type: "range", id, ...way(START[k])});
    const field = html("input", "", {type: "number", step: "any", "aria-label": `value of ${name}`});
    slider.addEventListener("input", () => set(k, Number(slider.value)));
    field.addEventListener("change", () => set(k, field.value === "" ? NaN : Number(field.value)));
    const slope = html("span", "", {class: "backward"});
    row.append(html("label", name, {for: id}), slider, field, slope);
    byId("inputs").append(row);
    controls.set(k, {slider, field, slope, at, name: box.entries.length > 1 ? name : box.name});
    const check = html("input", "", {type: "checkbox", id: `moves-${k}`}), label = html("label");
    check.checked = data.moving[k];
    label.append(check, ` ${name}`);
    byId("moving").append(label);
  }
  const left = START.length - inputs.length;
  if (left > 0) byId("inputs").append(html("p", `inputs that have no slider here: ${left}`));
  if (START.length === 0) byId("inputs").append(html("p", "the program has no inputs"));
}

function drawInputs() {
  for (const [k, {slider, field, slope, name, at}] of controls) {
    if (Math.abs(x[k]) > slider.max) Object.assign(slider, way(x[k]));
    if (document.activeElement !== slider) slider.value = x[k];
    if (document.activeElement !== field) field.value = shown(x[k]);
    slope.style.visibility = reached("backward", at) ? "visible" : "hidden";
    slope.textContent = `d${name} = ${shown(before[data.gradients[k]])}`;
  }
}

/* Nudge */

const arrow = (change) => `${change < 0 ? "↓" : "↑"} ${shown(Math.abs(change))}`;

const canMove = entries.filter((entry) => entry.input !== null || entry.nudge !== null), choice = canMove.slice(0, ROWS);

function makeNudge() {
  for (const [k, {name}] of choice.entries()) byId("node").append(html("option", name, {value: k}));
  if (choice.length < canMove.length) byId("node").append(html("option", `not here: ${canMove.length - choice.length} more`, {disabled: ""}));
  byId("nudge").addEventListener("click", () => toggle(nudge === null));
  for (const id of ["node", "size"]) byId(id).addEventListener("change", () => nudge && toggle(true));
  partOf.forEach((part, at) => {
    if (!part) return;
    const k = choice.findIndex((entry) => entry.at === at);
    if (k < 0) return;
    part.addEventListener("click", () => {
      const same = nudge !== null && nudge.at === at;
      byId("node").value = k;
      toggle(!same);
    });
  });
}

function toggle(on) {
  const chosen = choice[Number(byId("node").value)];
  nudge = on && chosen ? {...chosen, size: Number(byId("size").value)} : null;
  byId("nudge").setAttribute("aria-pressed", String(nudge !== null));
  byId("nudge").textContent = nudge ? "let go" : "nudge";
  drawAll();
}

function drawNudge() {
  const body = byId("travel").tBodies[0];
  byId("travel").hidden = nudge === null;
  if (nudge === null) {
    byId("nudged").textContent = "";
    return body.replaceChildren();
  }
  const moved = entries.filter(differs), most = moved.length > ROWS ? `, the first ${ROWS} of ${moved.length} nodes` : "", slope = (now[OUTPUT.v] - before[OUTPUT.v])/nudge.size;
  byId("travel").caption.textContent = `how the nudge travels${most}`;
  body.replaceChildren(...moved.slice(0, ROWS).map(({name, v}) => {
    const row = html("tr"), change = now[v] - before[v];
    row.append(html("th", name, {scope: "row"}));
    for (const text of [shown(before[v]), shown(now[v]), arrow(change), `${shown(change/nudge.size)} ×`]) row.append(html("td", text));
    return row;
  }));
  const way = `${nudge.name} ${arrow(nudge.size)}`, change = now[OUTPUT.v] - before[OUTPUT.v];
  byId("nudged").textContent = before[nudge.v] === now[nudge.v] ? `${way}: the nudge is lost in rounding`
    : Number.isFinite(change) ? `${way} ⇒ ${OUTPUT.name} moves by ${shown(change)}: slope ${shown(slope)}, gradient before it ${shown(before[nudge.g])}`
    : `${way} ⇒ ${OUTPUT.name} goes from ${shown(before[OUTPUT.v])} to ${shown(now[OUTPUT.v])}: there is no slope`;
}

/* All numbers */

const WORDS = {agree: "✓ proved", unchecked: "not checked"};

function drawNumbers() {
  if (!byId("numbers").open) return;
  const some = entries.length <= ROWS ? entries : [...entries.slice(0, ROWS - 1), entries.at(-1)];
  byId("told").textContent = some.length < entries.length ? `the first ${ROWS - 1} of ${entries.length} nodes and the last` : "every node";
  byId("numbers").querySelector("tbody").replaceChildren(...some.map((entry) => {
    const row = html("tr"), has = isNeeded(entry);
    row.append(html("th", entry.name, {scope: "row"}));
    const status = entry.status === null ? "" : WORDS[entry.status] ?? `! ${entry.status}`;
    for (const text of [entry.box.is, has ? shown(now[entry.v]) : "not taken", has ? shown(now[entry.g]) : "–", status]) row.append(html("td", text));
    return row;
  }));
}

/* The address keeps the point and the step. */

let kept = 0;
function keep() {
  clearTimeout(kept);
  kept = setTimeout(() => {
    const point = x.every((value, k) => Object.is(value, START[k])) ? "" : `x=${x.join(",")}&`;
    try { history.replaceState(null, "", `#${point}step=${step}`); } catch { /* a frame without an address */ }
  }, 200);
}

function recall() {
  const words = new URLSearchParams(location.hash.slice(1)), point = (words.get("x") ?? "").split(",").map(Number);
  if (point.length === x.length && point.every((value) => !Number.isNaN(value)) && words.has("x")) x = point;
  else x = [...START];
  forget();
  const at = Number.parseInt(words.get("step"), 10);
  step = Number.isNaN(at) ? TOTAL : Math.min(TOTAL, Math.max(0, at));
  drawAll();
  if (words.has("step")) reveal();
}

/* Keys, fingers, and a frame that is as tall as the page */

const KEYS = {ArrowLeft: () => go(step - 1), ArrowRight: () => go(step + 1), Home: () => go(0), End: () => go(TOTAL)};
addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea")) return;
  const act = event.key === " " ? !event.target.closest("button, summary") && (() => play(!playing)) : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  if (event.key !== " ") play(false);
  act();
});
let touched = null;
byId("stage").addEventListener("touchstart", (event) => { touched = event.changedTouches[0].clientX; }, {passive: true});
byId("stage").addEventListener("touchend", (event) => {
  const moved = event.changedTouches[0].clientX - touched;
  if (Math.abs(moved) > 40) go(step + (moved < 0 ? 1 : -1));
});
for (const [id, act] of [["first", () => go(0)], ["back", () => go(step - 1)], ["on", () => go(step + 1)], ["last", () => go(TOTAL)]]) {
  byId(id).addEventListener("click", () => { play(false); act(); });
}
byId("play").addEventListener("click", () => play(!playing));
byId("step").max = TOTAL;
byId("step").addEventListener("input", () => { play(false); go(Number(byId("step").value)); });
byId("once").addEventListener("click", () => descendMany(1));
byId("many").addEventListener("click", () => descendMany(20));
byId("home").addEventListener("click", () => { x = [...START]; forget(); toggle(false); });
byId("numbers").addEventListener("toggle", drawNumbers);
byId("all").addEventListener("toggle", () => fillFormulas(byId("steps")));
addEventListener("beforeprint", () => { byId("all").open = true; fillFormulas(byId("steps")); });
addEventListener("hashchange", recall);
makeInputs();
makeNudge();
recall();
try {
  const frame = window.frameElement;
  if (frame) {
    document.documentElement.style.overflowY = "hidden";
    new ResizeObserver(() => { frame.style.height = `${document.documentElement.offsetHeight + 2}px`; }).observe(document.body);
  }
} catch { /* a frame of another origin */ }
