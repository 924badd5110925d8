import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { biomeRules } from './rooms/biome-rules.ts';

/** Writes `biome.rooms.json` from the table of rooms; with `--check` only compares the two. */
const file = join(import.meta.dirname, '..', 'biome.rooms.json');
const content = `${JSON.stringify(biomeRules(), null, 2)}\n`;

if (!process.argv.includes('--check')) writeFileSync(file, content);
else if (readFileSync(file, 'utf8') !== content) {
  process.stderr.write('biome.rooms.json does not match scripts/rooms/table.ts\n');
  process.stderr.write('Run `npx pnpm@12 rooms` and commit the result.\n');
  process.exitCode = 1;
}
