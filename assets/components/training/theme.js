// The colours of Streamlit's theme as plain rgb(), for what is not drawn by CSS.

const LANES = { light: ["#0F766E", "#475569", "#9A5B13"], dark: ["#2FA598", "#8497AD", "#C98B45"] };
const ALARM = { light: "#B3261E", dark: "#FF8A80" };

const channels = (colour) => (colour.match(/[\d.]+/g) ?? [0, 0, 0]).slice(0, 3).map(Number);

/** Whether rgb(r, g, b) is a dark colour. */
const isDark = (colour) => {
  const [r, g, b] = channels(colour);
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
};

/** share of the first colour and the rest of the second one. */
export const mix = (one, other, share) => {
  const rest = channels(other);
  return `rgb(${channels(one).map((value, i) => Math.round(share * value + (1 - share) * rest[i])).join(", ")})`;
};

const faded = (colour, alpha) => `rgba(${channels(colour).join(", ")}, ${alpha})`;
const palette = (ink, paper, line, font) => {
  const kind = isDark(paper) ? "dark" : "light";
  return { ink, paper, line, font, dark: kind === "dark", soft: mix(ink, paper, 0.66), veil: faded(paper, 0.82), alarm: ALARM[kind], lanes: LANES[kind] };
};

/** The theme of the figure's root, whose colour, background and border are those of the page. */
export function theme(root) {
  const { color, backgroundColor, borderTopColor, fontFamily } = getComputedStyle(root);
  return palette(color, backgroundColor, borderTopColor, fontFamily);
}

/** What is taken away is always dark on white, in letters of the browser's own: a picture is drawn without the page's
 *  fonts, and measured in them its words would lie over numbers or be cut off. */
export const onWhite = () => palette("rgb(31, 35, 40)", "rgb(255, 255, 255)", "rgb(220, 216, 207)", "sans-serif");
