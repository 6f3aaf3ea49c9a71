/* Numbers, in a formula and in a drawing. */
const DIGITS = 6, WIDTH = 7;
const MATHML = "http://www.w3.org/1998/Math/MathML", SVG = "http://www.w3.org/2000/svg";

function shown(value, digits = DIGITS, least = -4) {
  if (value === undefined) return "–";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "none" : value < 0 ? "-inf" : "inf";
  if (value === 0) return "0";
  const [mantissa, e] = value.toExponential(digits - 1).split("e"), power = Number(e);
  const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power < least || power >= digits) return `${trimmed(mantissa)}e${power}`;
  return trimmed(value.toFixed(digits - 1 - power));
}

function fitted(value, room = WIDTH) {
  for (let digits = DIGITS; digits > 1; digits--) {
    const text = [shown(value, digits), shown(value, digits, 0)].find((one) => one.length <= room);
    if (text !== undefined) return text;
  }
  return shown(value, 1);
}

function element(space, tag, text = "", attributes = {}) {
  const made = space ? document.createElementNS(space, tag) : document.createElement(tag);
  if (text !== "") made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

const html = (tag, text, attributes) => element(null, tag, text, attributes);

/** A number in a formula; in brackets where it would otherwise meet an operator, or bear a power. */
function fillFormula(place) {
  const inMatrix = place.parentElement.localName === "mtd", write = inMatrix ? fitted : shown;
  const text = write(now[place.dataset.n]), [mantissa, power] = text.split("e");
  const minus = text.startsWith("-"), ahead = place.previousElementSibling, above = place.parentElement;
  const is = (node, tag) => node && node.localName === tag;
  const meets = is(ahead, "mo") && !/^[=([{,:…|]$|^\+=$|^[<>≤≥]$/.test(ahead.textContent);
  const bears = is(above, "msup") || (is(above.parentElement, "msup") && above.children.length === 1);
  const parts = [];
  if (minus) parts.push(element(MATHML, "mo", "−", {form: "prefix"}));
  parts.push(element(MATHML, /\d/.test(mantissa) ? "mn" : "mtext", mantissa.replace("-", "").replace("inf", "∞")));
  if (power !== undefined) {
    const ten = element(MATHML, "msup"), exponent = element(MATHML, "mrow");
    if (power.startsWith("-")) exponent.append(element(MATHML, "mo", "−", {form: "prefix"}));
    exponent.append(element(MATHML, "mn", power.replace("-", "")));
    ten.append(element(MATHML, "mn", "10"), exponent);
    if (/^-?1$/.test(mantissa)) parts.pop();
    else parts.push(element(MATHML, "mo", "·"));
    parts.push(ten);
  }
  if ((minus && (meets || bears)) || (power !== undefined && bears)) {
    parts.unshift(element(MATHML, "mo", "("));
    parts.push(element(MATHML, "mo", ")"));
  }
  place.replaceChildren(...parts);
}

const fillFormulas = (root) => root.querySelectorAll("[data-n]").forEach(fillFormula);
