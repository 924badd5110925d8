import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { judgePlan } from '../../../../src/operations/plans/judge-plan.ts';
import type { Caller } from '../../../../src/store/host.ts';
import { makeTempDir, type TempDir } from '../../../support/temp-dir.ts';

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

const PERSON: Caller = { kind: 'person' };
const SESSION: Caller = { kind: 'session', session: 's1' };
const MCP: Caller = { kind: 'mcp' };

function write(name: string, content: object): void {
  mkdirSync(join(dir.path, '.claude'), { recursive: true });
  writeFileSync(join(dir.path, '.claude', name), JSON.stringify(content));
}

/** What is wrong with a plan whose task has this check. */
function findingsOf(check: string, caller: Caller, mayCheck = false): string[] {
  const source = `---\ngoal: G\ntasks:\n  - id: a\n    title: Do a\n    check: ${check}\n---\n## a\nDo it.\n`;
  const submission = { host: { root: dir.path, caller }, env: { HOME: dir.path }, mayCheck };
  return judgePlan(source, submission).findings.map(
    ({ line, path, expected, found }) => `${line}: ${path}: expected ${expected}, found ${found}`,
  );
}

it('takes any command that can be undone from a person', () => {
  expect(findingsOf('npm test -- tokens', PERSON)).toEqual([]);
});

it('takes a name of the configuration from anyone', () => {
  write('swarm-parallel.json', { checks: { test: 'npm test' } });
  for (const caller of [PERSON, SESSION, MCP]) expect(findingsOf('test', caller)).toEqual([]);
});

it('takes from a model only what the settings allow unasked', () => {
  write('settings.json', { permissions: { allow: ['Bash(npm test:*)'] } });
  for (const caller of [SESSION, MCP]) {
    expect(findingsOf('npm test -- tokens', caller)).toEqual([]);
    expect(findingsOf('make verify', caller)).toHaveLength(1);
  }
  expect(findingsOf('make verify', SESSION)[0]).toBe(
    '6: tasks[0].check: expected a check named in .claude/swarm-parallel.json, or a command that the settings allow without asking; `swarm plan --allow-checks` asks the person about others, found "make verify"',
  );
  expect(findingsOf('make verify', MCP)[0]).not.toContain('--allow-checks');
});

it('takes a command from a model once a person was asked', () => {
  expect(findingsOf('make verify', SESSION, true)).toEqual([]);
});

it.each([PERSON, SESSION])('takes from nobody what cannot be undone', (caller) => {
  const [finding] = findingsOf('[npm test, git push --force]', caller, true);
  expect(finding).toMatch(
    /^6: tasks\[0\]\.check\[1\]: expected a command that can be undone \(.+\), found "git push --force"$/,
  );
});

it('judges the commands of the configuration too', () => {
  write('swarm-parallel.json', { checks: { ship: ['npm test', 'npm publish'] } });
  expect(findingsOf('ship', PERSON)).toHaveLength(1);
});

it('names the known checks where one is misspelt', () => {
  write('swarm-parallel.json', { checks: { test: 'npm test', lint: 'npm run lint' } });
  expect(findingsOf('tset', PERSON)[0]).toContain(
    'expected one of the checks test, lint of .claude/swarm-parallel.json, or a command (did you mean test?)',
  );
});
