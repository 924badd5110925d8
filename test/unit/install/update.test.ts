import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  HOOKS,
  type InstallTarget,
  makeInstallTarget,
  names,
  ourScript,
  rejection,
  STATUS_LINE,
} from '../../support/install-target.ts';

let target: InstallTarget;

beforeEach(async () => {
  target = await makeInstallTarget();
});
afterEach(() => target.remove());

describe('install over another version', () => {
  it('replaces files and entries, and removes those that no longer exist', () => {
    target.write('settings.json', '{\n  "a": 1\n}\n');
    target.install();
    const matcher = '{"hooks":{"PreToolUse":[{"matcher":"Agent","hooks":[]}]}}';
    target.upgradePackage('2.0.0', {
      'hooks/hooks.json': matcher.replace(
        '[]}]',
        '[{"type":"command","command":"node","args":["$' +
          '{CLAUDE_PLUGIN_ROOT}/dist/cli.cjs"]}]}]',
      ),
      'dist/record-event.cjs': null,
      'commands/swarm-status.md': 'status\n',
    });
    const result = target.install();
    expect(result).toMatchObject({
      outcome: 'updated',
      version: '2.0.0',
      previousVersion: '1.0.0',
      settings: 'changed',
      removed: ['swarm-parallel/dist/record-event.cjs'],
    });
    expect(JSON.parse(target.read('settings.json')).hooks).toEqual({
      PreToolUse: [
        {
          matcher: 'Agent',
          hooks: [{ type: 'command', command: 'node', args: [ourScript('cli.cjs')] }],
        },
      ],
      SessionStart: HOOKS.SessionStart,
    });
    expect(target.read('agents/swarm-worker.md')).toContain('Version 2.0.0');
    target.uninstall();
    expect(names(target.root)).toEqual(['.claude', '.claude/settings.json']);
    expect(target.read('settings.json')).toBe('{\n  "a": 1\n}\n');
  });

  it('keeps later changes of the user in settings.json', () => {
    target.write('settings.json', '{\n  "a": 1\n}\n');
    target.install();
    target.write('settings.json', target.read('settings.json').replace('"a": 1', '"a": 2'));
    target.upgradePackage('2.0.0', { 'hooks/hooks.json': '{"hooks":{}}' });
    target.install();
    expect(JSON.parse(target.read('settings.json'))).toEqual({
      a: 2,
      hooks: { SessionStart: HOOKS.SessionStart },
      subagentStatusLine: STATUS_LINE,
    });
    target.uninstall();
    expect(target.read('settings.json')).toBe('{\n  "a": 2\n}\n');
  });

  it('does not overwrite a file that both the user and the new version changed', () => {
    target.install();
    target.write('agents/swarm-worker.md', 'mine now');
    target.upgradePackage('2.0.0');
    expect(rejection(target, target.install).message).toContain('agents/swarm-worker.md');
  });

  it('keeps a changed file that is the same in the new version, and repairs its own directory', () => {
    target.install();
    target.write('commands/swarm-parallel.md', 'mine now');
    target.write('swarm-parallel/dist/cli.cjs', 'broken');
    rmSync(target.path('agents/swarm-worker.md'));
    expect(target.install()).toMatchObject({
      outcome: 'updated',
      kept: ['commands/swarm-parallel.md'],
      written: ['swarm-parallel/dist/cli.cjs', 'agents/swarm-worker.md'],
    });
    expect(target.read('commands/swarm-parallel.md')).toBe('mine now');
    expect(target.install().outcome).toBe('unchanged');
  });

  it('finishes an update that was interrupted after writing the manifest', () => {
    target.install();
    const old = target.read('agents/swarm-worker.md');
    const oldSettings = target.read('settings.json');
    target.upgradePackage('2.0.0', { 'hooks/hooks.json': '{"hooks":{}}' });
    target.install();
    target.write('agents/swarm-worker.md', old);
    target.write('settings.json', oldSettings);
    expect(target.install()).toMatchObject({ outcome: 'updated', kept: [], settings: 'changed' });
    expect(target.read('agents/swarm-worker.md')).toContain('Version 2.0.0');
    target.uninstall();
    expect(names(target.root)).toEqual([]);
  });

  it('restores removed entries, and recognizes its own without a manifest', () => {
    target.write('settings.json', '{"a":1}');
    target.install();
    target.write('settings.json', '{"a":1}');
    expect(target.install()).toMatchObject({ outcome: 'updated', settings: 'changed' });
    rmSync(target.path('swarm-parallel'), { recursive: true });
    const before = target.read('settings.json');
    expect(target.install()).toMatchObject({ outcome: 'installed', settings: 'unchanged' });
    expect(target.read('settings.json')).toBe(before);
    target.uninstall();
    expect(target.read('settings.json')).toBe('{"a":1}');
  });
});
