import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOM = fileURLToPath(new URL('../../../src/command-policy', import.meta.url));

/** The folders that each folder may import from; `.` is the room itself. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  shell: ['shell'],
  programs: ['programs', 'shell'],
  rules: ['rules', 'programs', 'shell', '.'],
  checks: ['checks', 'rules', 'programs', 'shell', '.'],
  '.': ['checks', 'rules', 'programs', 'shell', '.', '../text'],
};

const FILES = readdirSync(ROOM, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

function importedFolders(file: string): string[] {
  const text = readFileSync(join(ROOM, file), 'utf8');
  const imports = [...text.matchAll(/ from '(\.[^']+)'/g)].map(([, path = '']) => path);
  return imports.map((path) => posix.dirname(posix.join(posix.dirname(file), path)));
}

it('has a layer for every folder', () => {
  expect([...new Set(FILES.map((file) => posix.dirname(file)))].sort()).toEqual(
    Object.keys(LAYERS).sort(),
  );
});

it.each(Object.entries(LAYERS))('%s imports only %j', (folder, allowed) => {
  const files = FILES.filter((file) => posix.dirname(file) === folder);
  const forbidden = files.flatMap((file) =>
    importedFolders(file)
      .filter((imported) => !allowed.includes(imported))
      .map((imported) => `${file}: ${imported}`),
  );
  expect(forbidden).toEqual([]);
});
