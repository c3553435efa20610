// The sums that follow the sliders; core/houses.py and core/network.py are the same for Python.

const SQUASH = { sigmoid, tanh: Math.tanh, relu };

/** size, bedrooms, zip code, wealth → family size, walkability, school quality. */
export function concepts([size, bedrooms, zip, wealth]) {
  return [
    1 + Math.min(bedrooms, size / 30),
    100 * Math.exp(-(zip - 1) / 3),
    10 * sigmoid((wealth - 70) / 15 + (zip - 5) / 3),
  ];
}

/** The simulation's price in k€, without the noise. */
export function expectedPrice(house) {
  const [family, walkability, schools] = concepts(house);
  return family * (40 + 0.8 * walkability + 10 * schools);
}

/** One house through a network of one hidden layer: x normalised, z[1], a[1], ŷ and the price in k€. */
export function priceOf(net, scale, house) {
  const x = house.map((v, i) => (v - scale.mean[i]) / scale.spread[i]);
  const z = net.W1.map((w, j) => w.reduce((sum, v, i) => sum + v * x[i], net.b1[j]));
  const a = z.map(SQUASH[net.activation]);
  const y = net.W2.reduce((sum, v, j) => sum + v * a[j], net.b2);
  return { x, z, a, y, price: y * scale.price_spread + scale.price_mean };
}

/** What a unit's a stands for, on the straight line through it and its concept: slope · a + start. */
export function standsFor({ slope, start }, a) {
  return slope * a + start;
}
