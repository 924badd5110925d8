import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

/** Draws `.claude-plugin/icon.png`: parallel tracks, each with its own progress, that become one. */

const SIZE = 512;
const CENTRE = SIZE / 2;
const START_X = 92;
const MEET_X = 392;
const TRACK_WIDTH = 15;
const BEND_FROM = 0.34;

type Color = readonly [red: number, green: number, blue: number];

const NIGHT_TOP: Color = [30, 34, 62];
const NIGHT_BOTTOM: Color = [14, 16, 34];
const WHITE: Color = [246, 248, 255];

/** `offset` is the height above the centre in pixels, `progress` from 0 to 1 along the track. */
const TRACKS: readonly { offset: number; progress: number; color: Color }[] = [
  { offset: -150, progress: 0.6, color: [255, 138, 101] },
  { offset: -75, progress: 0.3, color: [255, 205, 86] },
  { offset: 0, progress: 0.72, color: [102, 222, 147] },
  { offset: 75, progress: 0.45, color: [84, 190, 255] },
  { offset: 150, progress: 0.52, color: [170, 140, 255] },
];

function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

function mix(a: Color, b: Color, share: number): Color {
  const part = (index: 0 | 1 | 2) => a[index] + (b[index] - a[index]) * share;
  return [part(0), part(1), part(2)];
}

/** The part of a pixel that is inside a shape, from its distance to the edge (negative: inside). */
function coverage(distance: number): number {
  return Math.min(1, Math.max(0, 0.5 - distance));
}

function trackY(offset: number, x: number): number {
  const along = (x - START_X) / (MEET_X - START_X);
  return CENTRE + offset * (1 - smoothstep(BEND_FROM, 1, along));
}

/** Distance to the middle of a track; an approximation that needs a moderate slope. */
function trackDistance(offset: number, x: number, y: number): number {
  const inside = Math.min(MEET_X, Math.max(START_X, x));
  const slope = trackY(offset, inside + 0.5) - trackY(offset, inside - 0.5);
  const across = Math.abs(y - trackY(offset, inside)) / Math.hypot(1, slope);
  return Math.hypot(across, x - inside);
}

function roundedSquareDistance(x: number, y: number): number {
  const radius = 112;
  const reach = CENTRE - radius;
  const dx = Math.max(0, Math.abs(x - CENTRE) - reach);
  const dy = Math.max(0, Math.abs(y - CENTRE) - reach);
  return Math.hypot(dx, dy) - radius;
}

/** The arrow head behind the meeting point; its tip is at the right. */
function arrowDistance(x: number, y: number): number {
  const tip = 444;
  const away = Math.abs(y - CENTRE);
  return Math.max((x + away * 1.15 - tip) / Math.hypot(1, 1.15), MEET_X - 14 - x);
}

function pixelColor(x: number, y: number): Color {
  let color = mix(NIGHT_TOP, NIGHT_BOTTOM, y / SIZE);
  const paint = (paintColor: Color, share: number) => {
    if (share > 0) color = mix(color, paintColor, share);
  };
  for (const track of TRACKS) {
    const distance = trackDistance(track.offset, x, y);
    const doneX = START_X + track.progress * (MEET_X - START_X);
    // The completed part is bright, the remaining part faint.
    const strength = x <= doneX ? 1 : 0.34;
    paint(track.color, coverage(distance - TRACK_WIDTH / 2) * strength);
  }
  for (const track of TRACKS) {
    const doneX = START_X + track.progress * (MEET_X - START_X);
    const distance = Math.hypot(x - doneX, y - trackY(track.offset, doneX));
    paint(NIGHT_BOTTOM, coverage(distance - 23) * 0.9);
    paint(track.color, coverage(distance - 18));
    paint(WHITE, coverage(distance - 8));
  }
  paint(NIGHT_BOTTOM, coverage(arrowDistance(x, y) - 6) * 0.9);
  paint(WHITE, coverage(arrowDistance(x, y)));
  return color;
}

function draw(): Buffer {
  const rowBytes = 1 + SIZE * 4;
  const pixels = Buffer.alloc(rowBytes * SIZE);
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const [x, y] = [column + 0.5, row + 0.5];
      const alpha = Math.round(255 * coverage(roundedSquareDistance(x, y)));
      pixels.set([...pixelColor(x, y).map(Math.round), alpha], row * rowBytes + 1 + column * 4);
    }
  }
  return pixels;
}

/** The checksum of a PNG chunk. */
function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function encodePng(pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  // 8 bits a channel, red, green, blue and alpha; no filter, no interlacing.
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

writeFileSync(join(import.meta.dirname, '..', '.claude-plugin', 'icon.png'), encodePng(draw()));
