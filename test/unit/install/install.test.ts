import {
  chmodSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { install } from '../../../src/install/install.ts';
import { renderInstall } from '../../../src/view/terminal/render-install.ts';
import {
  HOOKS,
  type InstallTarget,
  makeInstallTarget,
  names,
  rejection,
  STATUS_LINE,
  snapshot,
} from '../../support/install-target.ts';

let target: InstallTarget;

beforeEach(async () => {
  target = await makeInstallTarget();
});
afterEach(() => target.remove());

describe('install', () => {
  it('adds files, commands, agents and hooks', () => {
    expect(target.install()).toMatchObject({
      outcome: 'installed',
      previousVersion: null,
      settings: 'created',
    });
    expect(names(target.root)).toEqual([
      '.claude',
      '.claude/agents',
      '.claude/agents/swarm-worker.md',
      '.claude/commands',
      '.claude/commands/swarm-parallel.md',
      '.claude/settings.json',
      '.claude/swarm-parallel',
      '.claude/swarm-parallel/.gitignore',
      '.claude/swarm-parallel/bin',
      '.claude/swarm-parallel/bin/package.json',
      '.claude/swarm-parallel/bin/swarm',
      '.claude/swarm-parallel/dist',
      '.claude/swarm-parallel/dist/add-to-path.cjs',
      '.claude/swarm-parallel/dist/agent-rows.cjs',
      '.claude/swarm-parallel/dist/cli.cjs',
      '.claude/swarm-parallel/dist/record-event.cjs',
      '.claude/swarm-parallel/install.json',
      '.claude/swarm-parallel/package.json',
    ]);
    expect(JSON.parse(target.read('settings.json'))).toEqual({
      hooks: HOOKS,
      subagentStatusLine: STATUS_LINE,
    });
    expect(statSync(target.path('swarm-parallel/bin/swarm')).mode & 0o777).toBe(0o755);
  });

  it('removes the prefix from agent types, and nothing else from the texts', () => {
    target.install();
    expect(target.read('commands/swarm-parallel.md')).toBe(
      'Launch `swarm-worker` for /swarm-parallel.\n',
    );
  });

  it('changes nothing when repeated', () => {
    target.install();
    for (const path of Object.keys(snapshot(target.root)))
      utimesSync(join(target.root, path), 1, 1);
    const before = snapshot(target.root);
    const result = target.install();
    expect(result).toMatchObject({ outcome: 'unchanged', settings: 'unchanged', written: [] });
    expect(snapshot(target.root)).toEqual(before);
    expect(renderInstall(result)).toContain('already installed');
    expect(renderInstall({ ...result, outcome: 'installed' })).toContain('/swarm-parallel <goal>');
  });

  it.each(['{"cleanupPeriodDays": "30"}', '{"permissions": {"defaultMode": "yolo"}}'])(
    'rejects %s, because of which Claude Code would run none of its hooks',
    (text) => {
      target.write('settings.json', text);
      expect(rejection(target, () => target.install()).message).toContain('ignores the whole file');
      expect(target.read('settings.json')).toBe(text);
    },
  );

  it('keeps every byte of an existing settings.json', () => {
    const text =
      '{\r\n\t"permissions": { "allow": [ "Bash(ls)" ] },\r\n\t"hooks": {\r\n\t\t"PreToolUse": [\r\n\t\t\t{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "x" }] }\r\n\t\t]\r\n\t},\r\n\t"z": 1e2\r\n}';
    target.write('settings.json', `\ufeff${text}`);
    chmodSync(target.path('settings.json'), 0o640);
    target.install();
    const written = target.read('settings.json');
    const rest = [...`\ufeff${text}`];
    for (const character of written) if (character === rest[0]) rest.shift();
    expect(rest).toEqual([]);
    expect(written).not.toMatch(/[^\r]\n/);
    expect(written).toContain('\r\n\t\t\t{\r\n\t\t\t\t"matcher": "Agent|Task",');
    const { hooks, z } = JSON.parse(written.slice(1));
    expect(z).toBe(100);
    expect(Object.keys(hooks)).toEqual(['PreToolUse', 'SubagentStop', 'SessionStart']);
    expect(hooks.PreToolUse.map((group: { matcher: string }) => group.matcher)).toEqual([
      'Bash',
      'Agent|Task',
    ]);
    expect(statSync(target.path('settings.json')).mode & 0o777).toBe(0o640);
  });

  it('keeps a settings.json of one line on one line', () => {
    target.write('settings.json', '{"a":[1,2],"hooks":{"Stop":[]}}');
    target.install();
    expect(target.read('settings.json')).toMatch(
      /^\{"a":\[1,2\],"hooks":\{"Stop":\[\],"PreToolUse":\[.*\]\},"subagentStatusLine":\{.*\}\}$/,
    );
  });

  it('keeps an existing command for the rows of agents', () => {
    const own = { subagentStatusLine: { type: 'command', command: 'mine' } };
    target.write('settings.json', JSON.stringify(own));
    target.install();
    expect(JSON.parse(target.read('settings.json'))).toEqual({ ...own, hooks: HOOKS });
    expect(target.install().outcome).toBe('unchanged');
    rmSync(target.path('swarm-parallel/settings.before.json'));
    target.uninstall();
    expect(JSON.parse(target.read('settings.json'))).toEqual(own);
  });

  it('hides its copy of the settings from other users and from git', () => {
    target.write('settings.json', '{"env":{"KEY":"secret"}}');
    target.install();
    expect(statSync(target.path('swarm-parallel/settings.before.json')).mode & 0o777).toBe(0o600);
    expect(target.read('swarm-parallel/.gitignore')).toBe('settings.before.json\n');
  });

  it.each([
    ['a comment', '{\n  // no\n  "a": 1\n}', ':2:3: expected JSON without comments'],
    ['a trailing comma', '{\n  "a": 1,\n}', ':3:1: expected JSON'],
    ['half an object', '{"a": 1', ':1:8: expected JSON'],
    ['an array', '[]', ':1:1: expected a JSON object, found array'],
    ['hooks as a list', '{\n  "hooks": []\n}', ':2:12: expected a mapping at hooks, found []'],
    ['hooks as null', '{"hooks": null}', ':1:11: expected a mapping at hooks'],
    ['an event as an object', '{"hooks": {"Stop": {}}}', ':1:20: expected a list at hooks.Stop'],
    ['a group without hooks', '{"hooks": {"Stop": [{"matcher": "x"}]}}', 'at hooks.Stop[0].hooks'],
    ['hooks twice', '{"hooks": {}, "hooks": {}}', ':1:15: expected one "hooks"'],
    ['an event twice', '{"hooks": {"Stop": [], "Stop": []}}', ':1:24: expected one "Stop"'],
    ['UTF-16', Buffer.from('\ufeff{"a": 1}', 'utf16le'), ':1:1: expected UTF-8'],
  ])('rejects a settings.json with %s', (_, content, message) => {
    target.write('settings.json', content);
    const error = rejection(target, target.install);
    expect(error.message).toContain(join(target.root, '.claude/settings.json'));
    expect(error.message).toContain(message);
    expect(error.exitCode).toBe(2);
  });

  it('treats a blank settings.json as an empty one, as Claude Code does', () => {
    target.write('settings.json', '');
    target.install();
    expect(JSON.parse(target.read('settings.json'))).toEqual({
      hooks: HOOKS,
      subagentStatusLine: STATUS_LINE,
    });
    target.uninstall();
    expect(target.read('settings.json')).toBe('');
  });

  it('names every file of the user that it would overwrite', () => {
    target.write('agents/swarm-worker.md', 'mine');
    target.write('commands/swarm-parallel.md', 'mine too');
    const { message } = rejection(target, target.install);
    expect(message).toContain('agents/swarm-worker.md');
    expect(message).toContain('commands/swarm-parallel.md');
  });

  it('rejects symbolic links, which other repositories may share', () => {
    writeFileSync(join(target.parent, 'shared.json'), '{}');
    mkdirSync(target.path(''), { recursive: true });
    symlinkSync(join(target.parent, 'shared.json'), target.path('settings.json'));
    expect(rejection(target, target.install).message).toContain(join(target.parent, 'shared.json'));
    rmSync(target.path('settings.json'));
    mkdirSync(join(target.parent, 'shared'));
    symlinkSync(join(target.parent, 'shared'), target.path('commands'));
    expect(rejection(target, target.install).message).toContain('commands');
  });

  it('rejects a .claude that is a file', () => {
    writeFileSync(join(target.root, '.claude'), '');
    expect(rejection(target, target.install).message).toContain('expected a directory');
  });

  // Root may write everywhere.
  it.skipIf(process.getuid?.() === 0)('rejects what is not writable', () => {
    target.write('settings.json', '{}');
    chmodSync(target.path('settings.json'), 0o444);
    expect(rejection(target, target.install).message).toContain('EACCES');
    chmodSync(target.path('settings.json'), 0o644);
    chmodSync(target.path(''), 0o555);
    expect(rejection(target, target.install).message).toContain('EACCES');
    chmodSync(target.path(''), 0o755);
  });

  it('rejects targets that are not a repository of the user', () => {
    const { packageRoot, root, parent } = target;
    expect(() => install({ packageRoot, target: join(parent, 'none') })).toThrow(/found none/);
    expect(() => install({ packageRoot, target: packageRoot })).toThrow(/another repository/);
    const intoHome = () => install({ packageRoot, target: root, home: root });
    expect(rejection(target, intoHome).message).toMatch(/home/);
  });

  it('rejects an incomplete package', () => {
    rmSync(join(target.packageRoot, 'dist/add-to-path.cjs'));
    expect(rejection(target, target.install).message).toContain('dist/add-to-path.cjs');
    target.upgradePackage('1.0.0');
    target.install();
    const copy = target.path('swarm-parallel');
    const other = join(target.parent, 'other');
    mkdirSync(other);
    expect(() => install({ packageRoot: copy, target: other })).toThrow(/cannot install itself/);
    expect(readdirSync(other)).toEqual([]);
  });
});
