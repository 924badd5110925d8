import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDropIn } from '../../../src/doctor/check-drop-in.ts';
import { install } from '../../../src/install/install.ts';
import { packageFiles, writePackage } from '../../support/fake-package.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;
let target: string;

beforeEach(async () => {
  dir = await makeTempDir();
  const packageRoot = join(dir.path, 'package');
  target = join(dir.path, 'target');
  for (const path of [packageRoot, target]) mkdirSync(path);
  writePackage(packageRoot, packageFiles('1.0.0'));
  install({ packageRoot, target });
});
afterEach(() => dir.remove());

const write = (path: string, content: string): void =>
  writeFileSync(join(target, '.claude', path), content);
const find = () => checkDropIn(target).findings;

describe('checkDropIn', () => {
  it('reports nothing if nothing is installed', () => {
    expect(checkDropIn(dir.path)).toEqual({ findings: [], installation: null });
  });

  it('accepts what install wrote', () => {
    const { findings, installation } = checkDropIn(target);
    expect(findings).toMatchObject([{ id: 'drop-in', level: 'ok' }]);
    expect(installation).toMatchObject({
      kind: 'drop-in',
      root: join(target, '.claude', 'swarm-parallel'),
    });
    expect(Object.keys(installation?.hooks ?? {})).toEqual([
      'PreToolUse',
      'SubagentStop',
      'SessionStart',
    ]);
  });

  it('names the events whose hooks were removed', () => {
    write('settings.json', '{}');
    expect(find().map(({ code }) => code)).toEqual(Array(3).fill('drop_in_entry_missing'));
    expect(checkDropIn(target).installation).toBeNull();
    rmSync(join(target, '.claude', 'settings.json'));
    expect(find()).toMatchObject([{ code: 'drop_in_unreadable', level: 'error' }]);
  });

  it('ignores hooks that the user added to a group of ours', () => {
    const file = join(target, '.claude', 'settings.json');
    const settings = JSON.parse(readFileSync(file, 'utf8'));
    settings.hooks.SubagentStop[0].hooks.push({ type: 'command', command: 'theirs' });
    write('settings.json', JSON.stringify(settings));
    expect(JSON.stringify(checkDropIn(target).installation)).not.toContain('theirs');
  });

  it('distinguishes missing, broken and edited files', () => {
    rmSync(join(target, '.claude/swarm-parallel/dist/record-event.cjs'));
    expect(find()).toMatchObject([
      { code: 'drop_in_file_missing', level: 'error' },
      { code: 'drop_in_file_changed', level: 'warning' },
    ]);
    write('swarm-parallel/dist/record-event.cjs', '// records\n');
    write('agents/swarm-worker.md', 'mine');
    expect(find()).toMatchObject([
      { code: 'drop_in_text_changed', level: 'note' },
      { level: 'ok' },
    ]);
    write('swarm-parallel/install.json', '{}');
    expect(find()).toMatchObject([{ level: 'error' }]);
  });
});
