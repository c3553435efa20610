// Arrays become pictures, as in ui/pictures.py: 64 × 64 exact pixels; a signed scale is symmetric, zero neutral.
// tests/browser/test_shared_scripts.py holds the colours against Python's.

export const SIDE = 64;

const within = (value) => Math.max(-1, Math.min(1, value));

/** "#4B2A84" → [75, 42, 132]. */
export function rgb(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

/** 127.5 (1 + w / scale): zero is mid-grey. */
export function grey(w, scale) {
  return Math.round(127.5 * (1 + within(w / scale)));
}

/** The colour of a signed value; stops: the colours from −scale to +scale, [r, g, b] each. */
export function diverging(value, scale, stops) {
  const place = ((within(value / scale) + 1) / 2) * (stops.length - 1);
  const low = Math.min(Math.floor(place), stops.length - 2);
  return [0, 1, 2].map((c) => Math.round(stops[low][c] + (stops[low + 1][c] - stops[low][c]) * (place - low)));
}

const linear = (part) => (part <= 0.04045 * 255 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const [DARK, LIGHT] = ["#000000", "#ffffff"]; // on any ground one of them has a contrast of 4.5; of greyer ones not

/** The ink that stands out more from a ground [r, g, b], by the contrast of WCAG 2.2. */
export function inkOn(ground) {
  const ours = luminance(ground) + 0.05;
  return ours / (luminance(rgb(DARK)) + 0.05) > (luminance(rgb(LIGHT)) + 0.05) / ours ? DARK : LIGHT;
}

/** A signed scale for cells of numbers, by day and by night: each the colours from −scale to +scale. */
export const cellShades = ({ day, night }) => ({ day: day.map(rgb), night: night.map(rgb) });

/** A cell in the colour of its number, and in ink that stands out from that. */
export function tint(cell, value, scale, { day, night }) {
  const grounds = [day, night].map((stops) => diverging(value, scale, stops));
  dayAndNight(cell, "background", ...grounds.map((ground) => `rgb(${ground})`));
  dayAndNight(cell, "color", ...grounds.map(inkOn));
}

/** A stripe with all colours of cells, from −scale to +scale. */
export function paintScale(stripe, { day, night }) {
  const shades = (pick) => `linear-gradient(90deg, ${day.map((_, i) => pick(i)).join(", ")})`;
  stripe.style.background = shades((i) => day[i]);
  stripe.style.background = shades((i) => `light-dark(${day[i]}, ${night[i]})`);
}

/** By day also where the browser does not know of the two: Safari before 17.5. */
function dayAndNight({ style }, name, day, night) {
  style[name] = day;
  style[name] = `light-dark(${day}, ${night})`;
}

/** Every pixel of a canvas: colour(i) → [r, g, b]. */
export function paint(canvas, colour) {
  const pen = canvas.getContext("2d"), image = pen.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    image.data.set(colour(i), 4 * i);
    image.data[4 * i + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
}

/** A square photo, R, G, B of each pixel in turn, as x has them, for a canvas. */
export function imageOf(pixels, side = SIDE) {
  const image = new ImageData(side, side), { data } = image;
  for (let to = 0, from = 0; to < data.length; to += 4, from += 3) {
    data[to] = pixels[from];
    data[to + 1] = pixels[from + 1];
    data[to + 2] = pixels[from + 2];
    data[to + 3] = 255;
  }
  return image;
}

/** That photo on a square canvas. */
export function paintPhoto(canvas, pixels) {
  canvas.getContext("2d").putImageData(imageOf(pixels, canvas.width), 0, 0);
}

/** w (12288) as a photo: a bright red spot is a weight that asks for red there. */
export function paintWeights(canvas, w, scale) {
  paintPhoto(canvas, Uint8ClampedArray.from(w, (v) => grey(v, scale)));
}

/** One signed number a pixel. */
export function paintSigned(canvas, values, scale, stops) {
  paint(canvas, (i) => diverging(values[i], scale, stops));
}
