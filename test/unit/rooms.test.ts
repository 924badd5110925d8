import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { biomeRules } from '../../scripts/rooms/biome-rules.ts';
import { PURE_ROOMS, ROOMS } from '../../scripts/rooms/table.ts';

const ROOT = join(import.meta.dirname, '../..');
const folders = readdirSync(join(ROOT, 'src'));
const MAX_FILES = 25;

it('gives every folder of src a row', () => {
  expect(folders.filter((name) => ROOMS[name] === undefined)).toEqual([]);
});

it('has no row for a room that does not exist', () => {
  const named = [...Object.keys(ROOMS), ...Object.values(ROOMS).flat(), ...PURE_ROOMS];
  const missing = named.filter((name) => !existsSync(join(ROOT, 'src', name)));
  expect([...new Set(missing)]).toEqual([]);
});

it('lets no two rooms import each other, directly or through others', () => {
  const reach = (room: string, seen = new Set<string>()): Set<string> => {
    for (const next of ROOMS[room] ?? []) {
      if (!seen.has(next)) reach(next, seen.add(next));
    }
    return seen;
  };
  expect(Object.keys(ROOMS).filter((room) => reach(room).has(room))).toEqual([]);
});

it('is what the rules of biome are generated from', () => {
  const written = JSON.parse(readFileSync(join(ROOT, 'biome.rooms.json'), 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(biomeRules())));
});

it('keeps every room small enough to read its list of files', () => {
  const directories = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.parentPath);
  const counts = new Map<string, number>();
  for (const path of directories) counts.set(path, (counts.get(path) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > MAX_FILES)).toEqual([]);
});
