/* Descend: steps against the gradient, and what becomes of the output. */
let path = [], walk = 0;

const places = () => inputs.filter(({input}) => byId(`moves-${input}`).checked).map(({input}) => input);
const same = (some, others) => some.every((value, k) => Math.abs(value - others[k]) <= 1e-9*Math.abs(value));

/** One step; whether another can follow. */
function descend() {
  const rate = Number(byId("rate").value), moving = places();
  if (!path.length) path = [{value: before[OUTPUT.v], x: [...x]}];
  for (const k of moving) x[k] -= rate*before[data.gradients[k]];
  compute();
  path.push({value: before[OUTPUT.v], x: [...x]});
  const count = path.length - 1, value = path[count].value;
  byId("descended").textContent = `after ${count} step${count === 1 ? "" : "s"}: ${OUTPUT.name} = ${shown(value)}${becomes(rate, moving)}`;
  drawAll();
  drawPath();
  return Number.isFinite(value);
}

function becomes(rate, moving) {
  const [earlier, last, here] = [undefined, ...path].slice(-3);
  if (!moving.length) return ": nothing moves, as nothing is chosen above";
  if (!Number.isFinite(here.value)) return ": the descent has left the finite numbers";
  if (same(here.x, last.x)) return ": it stays where it is";
  if (earlier && same(here.x, earlier.x)) return ": it goes back and forth, and is where it was two steps before";
  return here.value > last.value ? `: it went up${rate > 0 ? ", the rate is too large here" : ""}` : "";
}

function drawPath() {
  const values = path.map(({value}) => value), finite = values.filter(Number.isFinite);
  const high = Math.max(...finite), low = Math.min(...finite);
  const [wide, tall, edge] = [360, 130, 22], range = high - low || 1;
  const points = finite.map((value, k) => [edge + k*(wide - 2*edge)/Math.max(1, finite.length - 1), edge + (high - value)*(tall - 2*edge)/range]);
  const chart = element(SVG, "svg", "", {viewBox: `0 0 ${wide} ${tall}`, role: "img", "aria-label": `${OUTPUT.name} from ${shown(values[0])} to ${shown(values.at(-1))}`});
  chart.append(element(SVG, "polyline", "", {points: points.map((point) => point.join(" ")).join(" ")}));
  for (const [cx, cy] of points) chart.append(element(SVG, "circle", "", {cx, cy, r: 3}));
  chart.append(element(SVG, "text", shown(high, 4), {x: 0, y: 12}), element(SVG, "text", shown(low, 4), {x: 0, y: tall - 4}));
  byId("path").replaceChildren(chart);
  byId("path").hidden = false;
}

async function descendMany(count) {
  const own = ++walk;
  for (let k = 0; k < count && own === walk && descend(); k++) await new Promise((done) => setTimeout(done, 40));
}

/** The path ends where the point is moved otherwise. */
function forget() {
  path = [];
  walk++;
  byId("path").hidden = true;
  byId("descended").textContent = "";
}

