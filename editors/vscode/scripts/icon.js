// Draws the icon, as media/icon.svg and media/icon.png: layers, and a tick that
// goes through them. Both come from the same shapes. Run it with: npm run icon
const fs = require("node:fs");
const path = require("node:path");
const { deflateSync } = require("node:zlib");

const size = 128;
const shapes = [
  { box: [0, 0, 128, 128], radius: 26, fill: [11, 42, 74] },
  { box: [24, 26, 80, 16], radius: 5, fill: [58, 134, 200] },
  { box: [24, 48, 80, 16], radius: 5, fill: [92, 167, 224] },
  { box: [24, 70, 48, 16], radius: 5, fill: [141, 199, 240] },
  { line: [[62, 84], [78, 101], [108, 62]], width: 21, fill: [11, 42, 74] },
  { line: [[62, 84], [78, 101], [108, 62]], width: 11, fill: [126, 217, 87] },
];

function svg() {
  const colour = (c) => `rgb(${c.join(",")})`;
  const parts = shapes.map((s) => s.box
    ? `  <rect x="${s.box[0]}" y="${s.box[1]}" width="${s.box[2]}" height="${s.box[3]}" rx="${s.radius}" fill="${colour(s.fill)}"/>`
    : `  <polyline points="${s.line.map((p) => p.join(",")).join(" ")}" fill="none" stroke="${colour(s.fill)}" stroke-width="${s.width}" stroke-linecap="round" stroke-linejoin="round"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${size} ${size}">\n${parts.join("\n")}\n</svg>\n`;
}

/** distance is how far a point lies outside of a shape; negative inside. */
function distance(shape, x, y) {
  if (shape.box) {
    const [left, top, width, height] = shape.box;
    const dx = Math.abs(x - left - width / 2) - width / 2 + shape.radius;
    const dy = Math.abs(y - top - height / 2) - height / 2 + shape.radius;
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - shape.radius;
  }
  let best = Infinity;
  for (let k = 0; k + 1 < shape.line.length; k++) {
    const [[ax, ay], [bx, by]] = [shape.line[k], shape.line[k + 1]];
    const t = Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)));
    best = Math.min(best, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)));
  }
  return best - shape.width / 2;
}

/** pixel lays the shapes over one another; what a shape covers in part is mixed. */
function pixel(x, y) {
  let [r, g, b, a] = [0, 0, 0, 0];
  for (const s of shapes) {
    const cover = Math.min(1, Math.max(0, 0.5 - distance(s, x + 0.5, y + 0.5)));
    const all = cover + a * (1 - cover);
    if (all > 0) {
      [r, g, b] = [r, g, b].map((old, k) => (s.fill[k] * cover + old * a * (1 - cover)) / all);
    }
    a = all;
  }
  return [Math.round(r), Math.round(g), Math.round(b), Math.round(255 * a)];
}

function crc(data) {
  let c = ~0;
  for (const byte of data) {
    c ^= byte;
    for (let k = 0; k < 8; k++) {
      c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    }
  }
  return ~c >>> 0;
}

function chunk(name, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(name, 4, "latin1");
  data.copy(out, 8);
  out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

function png() {
  const rows = [];
  for (let y = 0; y < size; y++) {
    rows.push(0); // no filter
    for (let x = 0; x < size; x++) {
      rows.push(...pixel(x, y));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6], 8); // eight bits each of red, green, blue and opacity
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.from(rows), { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

const media = path.join(__dirname, "..", "media");
fs.mkdirSync(media, { recursive: true });
fs.writeFileSync(path.join(media, "icon.svg"), svg());
fs.writeFileSync(path.join(media, "icon.png"), png());
