import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isAllowedUnasked, readBashRules } from '../../../src/claude/bash-permissions.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

it.each([
  ['npm test', ['npm test'], true],
  ['npm test -- tokens', ['npm test'], false],
  ['npm test -- tokens', ['npm test:*'], true],
  ['npm tests', ['npm test:*'], false],
  ['npm run lint', ['npm run *'], true],
  ['npm run lint', ['*'], true],
  ['npm run lint', [], false],
  ['npm test && curl x', ['npm test:*'], false],
  ['npm test `curl x`', ['npm *'], false],
  ['npm test && curl x', ['*'], true],
])('%j is allowed by the rules %j: %s', (command, allow, expected) => {
  expect(isAllowedUnasked(command, { allow, refuse: [] })).toBe(expected);
});

it('a rule that denies or asks comes first', () => {
  expect(isAllowedUnasked('npm test', { allow: ['*'], refuse: ['npm *'] })).toBe(false);
});

it('reads the rules for Bash from the settings of user and project', async () => {
  await using dir = await makeTempDir();
  const [home, project] = [join(dir.path, 'home'), join(dir.path, 'project')];
  for (const path of [home, project]) mkdirSync(join(path, '.claude'), { recursive: true });
  const write = (path: string, permissions: object) =>
    writeFileSync(join(path, '.claude', 'settings.json'), JSON.stringify({ permissions }));
  write(home, { allow: ['Bash', 'Read'], ask: ['Bash(git commit:*)'] });
  write(project, { allow: ['Bash(npm test)'], deny: ['Bash(npm publish)', 'WebFetch'] });

  expect(readBashRules(project, { HOME: home })).toEqual({
    allow: ['*', 'npm test'],
    refuse: ['git commit:*', 'npm publish'],
  });
});

it('treats settings that cannot be read as empty', async () => {
  await using dir = await makeTempDir();
  mkdirSync(join(dir.path, '.claude'));
  writeFileSync(join(dir.path, '.claude', 'settings.json'), '{');

  expect(readBashRules(dir.path, { HOME: dir.path })).toEqual({ allow: [], refuse: [] });
});
