import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SwarmError } from '../../../src/errors/swarm-error.ts';
import { install } from '../../../src/install/install.ts';
import { uninstall } from '../../../src/install/uninstall.ts';
import { renderInstall, renderUninstall } from '../../../src/view/terminal/render-install.ts';
import { packageFiles, writePackage } from '../../support/fake-package.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;
let packageRoot: string;
let target: string;

beforeEach(async () => {
  dir = await makeTempDir();
  packageRoot = join(dir.path, 'package');
  target = join(dir.path, 'target');
  mkdirSync(target);
  writePackage(packageRoot, packageFiles('1.0.0'));
});
afterEach(() => dir.remove());

const put = (): ReturnType<typeof install> => install({ packageRoot, target });
const take = (): ReturnType<typeof uninstall> => uninstall({ target });
const inTarget = (path: string): string => join(target, '.claude', path);
const read = (path: string): string => readFileSync(inTarget(path), 'utf8');

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(inTarget(path)), { recursive: true });
  writeFileSync(inTarget(path), content);
}

function upgradePackage(version: string, changes: Record<string, string | null> = {}): void {
  rmSync(packageRoot, { recursive: true });
  writePackage(packageRoot, { ...packageFiles(version), ...changes });
}

/** Everything below a directory: content, permissions and time of change. */
function snapshot(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const { mode, mtimeMs } = lstatSync(path);
    const content = entry.isFile() ? `${mtimeMs} ${readFileSync(path, 'base64')}` : '';
    return [path.slice(root.length + 1), `${mode.toString(8)} ${content}`];
  });
  return Object.fromEntries(entries);
}

function names(root: string): string[] {
  return Object.keys(snapshot(root)).sort();
}

/** The error of a call that must leave the target as it is. */
function refusal(call: () => unknown): SwarmError {
  const before = existsSync(target) ? snapshot(target) : {};
  try {
    call();
  } catch (error) {
    expect(existsSync(target) ? snapshot(target) : {}).toEqual(before);
    expect(error).toBeInstanceOf(SwarmError);
    return error as SwarmError;
  }
  throw new Error('expected a refusal');
}

const OURS = (script: string): string =>
  `${'$'}{CLAUDE_PROJECT_DIR}/.claude/swarm-parallel/dist/${script}`;
const entry = (script: string) => ({
  type: 'command',
  command: 'node',
  args: [OURS(script)],
  timeout: 10,
});
const HOOKS = {
  PreToolUse: [{ matcher: 'Agent|Task', hooks: [entry('record-event.cjs')] }],
  SubagentStop: [{ hooks: [entry('record-event.cjs')] }],
  SessionStart: [{ hooks: [entry('add-to-path.cjs')] }],
};

const ROWS = {
  type: 'command',
  command: `node "${'$'}{CLAUDE_PROJECT_DIR:-.}/.claude/swarm-parallel/dist/agent-rows.cjs"`,
};

describe('install', () => {
  it('drops files, commands, agents and hooks', () => {
    expect(put()).toMatchObject({
      outcome: 'installed',
      previousVersion: null,
      settings: 'created',
    });
    expect(names(target)).toEqual([
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
    expect(JSON.parse(read('settings.json'))).toEqual({ hooks: HOOKS, subagentStatusLine: ROWS });
    expect(statSync(inTarget('swarm-parallel/bin/swarm')).mode & 0o777).toBe(0o755);
  });

  it('takes the scope from agent types, and nothing else from the texts', () => {
    put();
    expect(read('commands/swarm-parallel.md')).toBe('Launch `swarm-worker` for /swarm-parallel.\n');
  });

  it('changes nothing when it is repeated', () => {
    put();
    for (const path of Object.keys(snapshot(target))) utimesSync(join(target, path), 1, 1);
    const before = snapshot(target);
    const report = put();
    expect(report).toMatchObject({ outcome: 'unchanged', settings: 'unchanged', written: [] });
    expect(snapshot(target)).toEqual(before);
    expect(renderInstall(report)).toContain('already installed');
    expect(renderInstall({ ...report, outcome: 'installed' })).toContain('/swarm-parallel <goal>');
  });

  it('keeps every byte of a settings.json that it adds to', () => {
    const text =
      '{\r\n\t"permissions": { "allow": [ "Bash(ls)" ] },\r\n\t"hooks": {\r\n\t\t"PreToolUse": [\r\n\t\t\t{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "x" }] }\r\n\t\t]\r\n\t},\r\n\t"z": 1e2\r\n}';
    write('settings.json', `\ufeff${text}`);
    chmodSync(inTarget('settings.json'), 0o640);
    put();
    const written = read('settings.json');
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
    expect(statSync(inTarget('settings.json')).mode & 0o777).toBe(0o640);
  });

  it('does not spread a settings.json of one line', () => {
    write('settings.json', '{"a":[1,2],"hooks":{"Stop":[]}}');
    put();
    expect(read('settings.json')).toMatch(
      /^\{"a":\[1,2\],"hooks":\{"Stop":\[\],"PreToolUse":\[.*\]\},"subagentStatusLine":\{.*\}\}$/,
    );
  });

  it('leaves the rows of agents to the command that draws them already', () => {
    const own = { subagentStatusLine: { type: 'command', command: 'mine' } };
    write('settings.json', JSON.stringify(own));
    put();
    expect(JSON.parse(read('settings.json'))).toEqual({ ...own, hooks: HOOKS });
    expect(put().outcome).toBe('unchanged');
    rmSync(inTarget('swarm-parallel/settings.before.json'));
    take();
    expect(JSON.parse(read('settings.json'))).toEqual(own);
  });

  it('keeps its copy of the settings from other users and from git', () => {
    write('settings.json', '{"env":{"KEY":"secret"}}');
    put();
    expect(statSync(inTarget('swarm-parallel/settings.before.json')).mode & 0o777).toBe(0o600);
    expect(read('swarm-parallel/.gitignore')).toBe('settings.before.json\n');
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
  ])('refuses a settings.json with %s', (_, content, message) => {
    write('settings.json', content);
    const error = refusal(put);
    expect(error.message).toContain(join(target, '.claude/settings.json'));
    expect(error.message).toContain(message);
    expect(error.exitCode).toBe(2);
  });

  it('takes a blank settings.json for an empty one, as the client does', () => {
    write('settings.json', '');
    put();
    expect(JSON.parse(read('settings.json'))).toEqual({ hooks: HOOKS, subagentStatusLine: ROWS });
    take();
    expect(read('settings.json')).toBe('');
  });

  it('names every file of the user that is in its way', () => {
    write('agents/swarm-worker.md', 'mine');
    write('commands/swarm-parallel.md', 'mine too');
    const { message } = refusal(put);
    expect(message).toContain('agents/swarm-worker.md');
    expect(message).toContain('commands/swarm-parallel.md');
  });

  it('refuses symbolic links, behind which other repositories may lie', () => {
    writeFileSync(join(dir.path, 'shared.json'), '{}');
    mkdirSync(inTarget(''), { recursive: true });
    symlinkSync(join(dir.path, 'shared.json'), inTarget('settings.json'));
    expect(refusal(put).message).toContain(join(dir.path, 'shared.json'));
    rmSync(inTarget('settings.json'));
    mkdirSync(join(dir.path, 'shared'));
    symlinkSync(join(dir.path, 'shared'), inTarget('commands'));
    expect(refusal(put).message).toContain('commands');
  });

  it('refuses a .claude that is a file', () => {
    writeFileSync(join(target, '.claude'), '');
    expect(refusal(put).message).toContain('expected a directory');
  });

  // Root may write everywhere.
  it.skipIf(process.getuid?.() === 0)('refuses what it may not write', () => {
    write('settings.json', '{}');
    chmodSync(inTarget('settings.json'), 0o444);
    expect(refusal(put).message).toContain('EACCES');
    chmodSync(inTarget('settings.json'), 0o644);
    chmodSync(inTarget(''), 0o555);
    expect(refusal(put).message).toContain('EACCES');
    chmodSync(inTarget(''), 0o755);
  });

  it('refuses places that are no repository of the user', () => {
    expect(() => install({ packageRoot, target: join(dir.path, 'none') })).toThrow(/found none/);
    expect(() => install({ packageRoot, target: packageRoot })).toThrow(/another repository/);
    expect(refusal(() => install({ packageRoot, target, home: target })).message).toMatch(/home/);
  });

  it('refuses a package that is not whole', () => {
    rmSync(join(packageRoot, 'dist/add-to-path.cjs'));
    expect(refusal(put).message).toContain('dist/add-to-path.cjs');
    upgradePackage('1.0.0');
    put();
    const copy = inTarget('swarm-parallel');
    const other = join(dir.path, 'other');
    mkdirSync(other);
    expect(() => install({ packageRoot: copy, target: other })).toThrow(/cannot install itself/);
    expect(readdirSync(other)).toEqual([]);
  });
});

describe('install of another version', () => {
  it('replaces files and entries, and removes what is no longer there', () => {
    write('settings.json', '{\n  "a": 1\n}\n');
    put();
    const matcher = '{"hooks":{"PreToolUse":[{"matcher":"Agent","hooks":[]}]}}';
    upgradePackage('2.0.0', {
      'hooks/hooks.json': matcher.replace(
        '[]}]',
        '[{"type":"command","command":"node","args":["$' +
          '{CLAUDE_PLUGIN_ROOT}/dist/cli.cjs"]}]}]',
      ),
      'dist/record-event.cjs': null,
      'commands/swarm-status.md': 'status\n',
    });
    const report = put();
    expect(report).toMatchObject({
      outcome: 'updated',
      version: '2.0.0',
      previousVersion: '1.0.0',
      settings: 'changed',
      removed: ['swarm-parallel/dist/record-event.cjs'],
    });
    expect(JSON.parse(read('settings.json')).hooks).toEqual({
      PreToolUse: [
        {
          matcher: 'Agent',
          hooks: [{ type: 'command', command: 'node', args: [OURS('cli.cjs')] }],
        },
      ],
      SessionStart: HOOKS.SessionStart,
    });
    expect(read('agents/swarm-worker.md')).toContain('Version 2.0.0');
    take();
    expect(names(target)).toEqual(['.claude', '.claude/settings.json']);
    expect(read('settings.json')).toBe('{\n  "a": 1\n}\n');
  });

  it('keeps what the user added to settings.json meanwhile', () => {
    write('settings.json', '{\n  "a": 1\n}\n');
    put();
    write('settings.json', read('settings.json').replace('"a": 1', '"a": 2'));
    upgradePackage('2.0.0', { 'hooks/hooks.json': '{"hooks":{}}' });
    put();
    expect(JSON.parse(read('settings.json'))).toEqual({
      a: 2,
      hooks: { SessionStart: HOOKS.SessionStart },
      subagentStatusLine: ROWS,
    });
    take();
    expect(read('settings.json')).toBe('{\n  "a": 2\n}\n');
  });

  it('refuses to overwrite a file of ours that the user changed and the version changes too', () => {
    put();
    write('agents/swarm-worker.md', 'mine now');
    upgradePackage('2.0.0');
    expect(refusal(put).message).toContain('agents/swarm-worker.md');
  });

  it('leaves a changed file that the version does not change, and mends its own directory', () => {
    put();
    write('commands/swarm-parallel.md', 'mine now');
    write('swarm-parallel/dist/cli.cjs', 'broken');
    rmSync(inTarget('agents/swarm-worker.md'));
    expect(put()).toMatchObject({
      outcome: 'updated',
      kept: ['commands/swarm-parallel.md'],
      written: ['swarm-parallel/dist/cli.cjs', 'agents/swarm-worker.md'],
    });
    expect(read('commands/swarm-parallel.md')).toBe('mine now');
    expect(put().outcome).toBe('unchanged');
  });

  it('finishes an update that was cut off after the manifest', () => {
    put();
    const old = read('agents/swarm-worker.md');
    const oldSettings = read('settings.json');
    upgradePackage('2.0.0', { 'hooks/hooks.json': '{"hooks":{}}' });
    put();
    write('agents/swarm-worker.md', old);
    write('settings.json', oldSettings);
    expect(put()).toMatchObject({ outcome: 'updated', kept: [], settings: 'changed' });
    expect(read('agents/swarm-worker.md')).toContain('Version 2.0.0');
    take();
    expect(names(target)).toEqual([]);
  });

  it('puts entries back that are gone, and finds its own when the manifest is gone', () => {
    write('settings.json', '{"a":1}');
    put();
    write('settings.json', '{"a":1}');
    expect(put()).toMatchObject({ outcome: 'updated', settings: 'changed' });
    rmSync(inTarget('swarm-parallel'), { recursive: true });
    const before = read('settings.json');
    expect(put()).toMatchObject({ outcome: 'installed', settings: 'unchanged' });
    expect(read('settings.json')).toBe(before);
    take();
    expect(read('settings.json')).toBe('{"a":1}');
  });
});

describe('uninstall', () => {
  it('leaves nothing where nothing was', () => {
    put();
    const report = take();
    expect(report).toMatchObject({ version: '1.0.0', settings: 'removed', kept: [] });
    expect(readdirSync(target)).toEqual([]);
  });

  it('leaves the directories that were there', () => {
    mkdirSync(inTarget('commands'), { recursive: true });
    write('agents/mine.md', 'mine');
    put();
    write('commands/mine.md', 'mine');
    take();
    expect(names(target)).toEqual([
      '.claude',
      '.claude/agents',
      '.claude/agents/mine.md',
      '.claude/commands',
      '.claude/commands/mine.md',
    ]);
  });

  it('keeps and names files that were changed', () => {
    put();
    write('agents/swarm-worker.md', 'mine now');
    write('swarm-parallel/dist/cli.cjs', 'mine now');
    const report = take();
    expect(report.kept).toEqual(['swarm-parallel/dist/cli.cjs', 'agents/swarm-worker.md']);
    expect(renderUninstall(report)).toContain('.claude/agents/swarm-worker.md');
    expect(names(target)).toEqual([
      '.claude',
      '.claude/agents',
      '.claude/agents/swarm-worker.md',
      '.claude/swarm-parallel',
      '.claude/swarm-parallel/dist',
      '.claude/swarm-parallel/dist/cli.cjs',
    ]);
  });

  it('takes only its entries out of a settings.json that was changed since', () => {
    write('settings.json', '{\n  "hooks": {\n    "SubagentStop": [{"hooks": []}]\n  }\n}\n');
    put();
    const changed = JSON.parse(read('settings.json'));
    changed.model = 'opus';
    changed.hooks.PreToolUse[0].hooks.push({ type: 'command', command: 'mine' });
    write('settings.json', JSON.stringify(changed, null, 4));
    expect(take().settings).toBe('edited');
    expect(JSON.parse(read('settings.json'))).toEqual({
      hooks: {
        SubagentStop: [{ hooks: [] }],
        PreToolUse: [{ matcher: 'Agent|Task', hooks: [{ type: 'command', command: 'mine' }] }],
      },
      model: 'opus',
    });
  });

  it('keeps a settings.json that it made and the user added to', () => {
    put();
    write('settings.json', read('settings.json').replace('{', '{\n  "model": "opus",'));
    take();
    expect(read('settings.json')).toBe('{\n  "model": "opus"\n}\n');
  });

  it('works in a clone, where the copy of the settings is missing', () => {
    write('settings.json', '{\n  "a": 1\n}\n');
    put();
    rmSync(inTarget('swarm-parallel/settings.before.json'));
    take();
    expect(read('settings.json')).toBe('{\n  "a": 1\n}\n');
  });

  it('does nothing to settings that it cannot read, nor to files then', () => {
    put();
    write('settings.json', '{ "hooks": ');
    expect(refusal(take).message).toContain('settings.json:1:');
    rmSync(inTarget('settings.json'));
    take();
    expect(readdirSync(target)).toEqual([]);
  });

  it('says that nothing is installed', () => {
    expect(refusal(take)).toMatchObject({ exitCode: 2 });
    expect(() => uninstall({ target: join(dir.path, 'none') })).toThrow(/found no/);
  });

  it.each(['../../victim', '/etc/victim', 'agents/../../victim', 'settings.json', 'agents//x'])(
    'refuses a manifest that names %s',
    (path) => {
      put();
      const manifest = JSON.parse(read('swarm-parallel/install.json'));
      manifest.files[0].path = path;
      write('swarm-parallel/install.json', JSON.stringify(manifest));
      expect(refusal(take).message).toContain('install.json');
    },
  );
});

/** JSON text of any value in any layout: the space between tokens is arbitrary. */
function layOut(value: unknown, space: () => string): string {
  const gap = (text: string): string => space() + text + space();
  if (Array.isArray(value)) {
    return gap(`[${value.map((item) => layOut(item, space)).join(',') || space()}]`);
  }
  if (typeof value === 'object' && value !== null) {
    const properties = Object.entries(value).map(
      ([key, item]) => `${gap(JSON.stringify(key))}:${layOut(item, space)}`,
    );
    return gap(`{${properties.join(',') || space()}}`);
  }
  return gap(JSON.stringify(value));
}

const theirHandler = fc.record({
  type: fc.constant('command'),
  command: fc.string(),
  args: fc.array(fc.string(), { maxLength: 2 }),
});
const theirGroup = fc.record(
  { matcher: fc.string(), hooks: fc.array(theirHandler, { maxLength: 2 }) },
  { requiredKeys: ['hooks'] },
);
const theirHooks = fc.dictionary(
  fc.constantFrom('PreToolUse', 'SubagentStop', 'SessionStart', 'Stop', 'Notification'),
  fc.array(theirGroup, { maxLength: 3 }),
);
const settings = fc
  .tuple(
    fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }),
    fc.option(theirHooks, { nil: undefined }),
    fc.boolean(),
  )
  .map(([others, hooks, isFirst]) => {
    const { hooks: _, ...rest } = others;
    if (hooks === undefined) return rest;
    return isFirst ? { hooks, ...rest } : { ...rest, hooks };
  });
const spaces = fc.infiniteStream(fc.constantFrom('', '', '', ' ', '\n', '\r\n', '\t', '\n    '));
const ending = fc.constantFrom('', '\n', '\r\n', '\n\n');

describe('any settings.json', () => {
  it('is the same after install and uninstall, byte for byte', () => {
    fc.assert(
      fc.property(settings, spaces, ending, fc.boolean(), (value, stream, end, hasMark) => {
        const text = layOut(value, () => stream.next().value as string) + end;
        const bytes = Buffer.from((hasMark ? '\ufeff' : '') + text);
        write('settings.json', bytes);
        put();
        expect(readFileSync(inTarget('settings.json')).equals(bytes)).toBe(false);
        expect(put().outcome).toBe('unchanged');
        take();
        expect(readFileSync(inTarget('settings.json')).equals(bytes)).toBe(true);
        expect(names(target)).toEqual(['.claude', '.claude/settings.json']);
      }),
      { numRuns: 100 },
    );
  });

  it('means the same after install and uninstall without the copy', () => {
    fc.assert(
      fc.property(settings, spaces, (value, stream) => {
        const text = layOut(value, () => stream.next().value as string);
        write('settings.json', text);
        put();
        const { hooks: installed, ...rest } = JSON.parse(read('settings.json'));
        const { subagentStatusLine, ...others } = rest;
        expect(subagentStatusLine).toEqual(ROWS);
        const { hooks: before = {}, ...othersBefore } = JSON.parse(text);
        expect(others).toEqual(othersBefore);
        for (const [event, groups] of Object.entries<unknown[]>(HOOKS)) {
          expect(installed[event]).toEqual([...(before[event] ?? []), ...groups]);
        }
        rmSync(inTarget('swarm-parallel/settings.before.json'));
        take();
        const { hooks: after = {}, ...othersAfter } = JSON.parse(read('settings.json'));
        expect(othersAfter).toEqual(othersBefore);
        // A list that was empty goes with the entries that were added to it.
        for (const event of Object.keys(HOOKS))
          if (before[event]?.length === 0) delete before[event];
        expect(after).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  it.each([2, 4, '\t'])('comes back byte for byte without the copy, indented by %j', (indent) => {
    const theirs = { hooks: { SubagentStop: [{ hooks: [{ type: 'command', command: 'x' }] }] } };
    for (const value of [{ a: 1, b: [] }, { ...theirs, z: null }, theirs]) {
      const text = `${JSON.stringify(value, null, indent)}\n`;
      write('settings.json', text);
      put();
      expect(read('settings.json')).toBe(
        `${JSON.stringify(JSON.parse(read('settings.json')), null, indent)}\n`,
      );
      rmSync(inTarget('swarm-parallel/settings.before.json'));
      take();
      expect(read('settings.json')).toBe(text);
    }
  });
});
