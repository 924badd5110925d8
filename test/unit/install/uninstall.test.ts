import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uninstall } from '../../../src/install/uninstall.ts';
import { renderUninstall } from '../../../src/view/terminal/render-install.ts';
import {
  type InstallTarget,
  makeInstallTarget,
  names,
  rejection,
} from '../../support/install-target.ts';

let target: InstallTarget;

beforeEach(async () => {
  target = await makeInstallTarget();
});
afterEach(() => target.remove());

describe('uninstall', () => {
  it('leaves nothing in an empty repository', () => {
    target.install();
    const result = target.uninstall();
    expect(result).toMatchObject({ version: '1.0.0', settings: 'removed', kept: [] });
    expect(readdirSync(target.root)).toEqual([]);
  });

  it('keeps directories that it did not create', () => {
    mkdirSync(target.path('commands'), { recursive: true });
    target.write('agents/mine.md', 'mine');
    target.install();
    target.write('commands/mine.md', 'mine');
    target.uninstall();
    expect(names(target.root)).toEqual([
      '.claude',
      '.claude/agents',
      '.claude/agents/mine.md',
      '.claude/commands',
      '.claude/commands/mine.md',
    ]);
  });

  it('keeps and names changed files', () => {
    target.install();
    target.write('agents/swarm-worker.md', 'mine now');
    target.write('swarm-parallel/dist/cli.cjs', 'mine now');
    const result = target.uninstall();
    expect(result.kept).toEqual(['swarm-parallel/dist/cli.cjs', 'agents/swarm-worker.md']);
    expect(renderUninstall(result)).toContain('.claude/agents/swarm-worker.md');
    expect(names(target.root)).toEqual([
      '.claude',
      '.claude/agents',
      '.claude/agents/swarm-worker.md',
      '.claude/swarm-parallel',
      '.claude/swarm-parallel/dist',
      '.claude/swarm-parallel/dist/cli.cjs',
    ]);
  });

  it('removes only its entries from a changed settings.json', () => {
    target.write('settings.json', '{\n  "hooks": {\n    "SubagentStop": [{"hooks": []}]\n  }\n}\n');
    target.install();
    const changed = JSON.parse(target.read('settings.json'));
    changed.model = 'opus';
    changed.hooks.PreToolUse[0].hooks.push({ type: 'command', command: 'mine' });
    target.write('settings.json', JSON.stringify(changed, null, 4));
    expect(target.uninstall().settings).toBe('edited');
    expect(JSON.parse(target.read('settings.json'))).toEqual({
      hooks: {
        SubagentStop: [{ hooks: [] }],
        PreToolUse: [{ matcher: 'Agent|Task', hooks: [{ type: 'command', command: 'mine' }] }],
      },
      model: 'opus',
    });
  });

  it('keeps a settings.json that it created and the user changed', () => {
    target.install();
    target.write(
      'settings.json',
      target.read('settings.json').replace('{', '{\n  "model": "opus",'),
    );
    target.uninstall();
    expect(target.read('settings.json')).toBe('{\n  "model": "opus"\n}\n');
  });

  it('works in a clone, which lacks the copy of the settings', () => {
    target.write('settings.json', '{\n  "a": 1\n}\n');
    target.install();
    rmSync(target.path('swarm-parallel/settings.before.json'));
    target.uninstall();
    expect(target.read('settings.json')).toBe('{\n  "a": 1\n}\n');
  });

  it('changes nothing if settings.json cannot be read', () => {
    target.install();
    target.write('settings.json', '{ "hooks": ');
    expect(rejection(target, target.uninstall).message).toContain('settings.json:1:');
    rmSync(target.path('settings.json'));
    target.uninstall();
    expect(readdirSync(target.root)).toEqual([]);
  });

  it('reports that nothing is installed', () => {
    expect(rejection(target, target.uninstall)).toMatchObject({ exitCode: 2 });
    expect(() => uninstall({ target: join(target.parent, 'none') })).toThrow(/found no/);
  });

  it.each(['../../victim', '/etc/victim', 'agents/../../victim', 'settings.json', 'agents//x'])(
    'rejects a manifest that names %s',
    (path) => {
      target.install();
      const manifest = JSON.parse(target.read('swarm-parallel/install.json'));
      manifest.files[0].path = path;
      target.write('swarm-parallel/install.json', JSON.stringify(manifest));
      expect(rejection(target, target.uninstall).message).toContain('install.json');
    },
  );
});
