import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { announcePlugin, isPluginAnnounced } from '../../src/hooks/installed-twice.ts';
import { readLedger } from '../../src/ledger/ledger-file.ts';
import { identifyProcess } from '../../src/platform/process/process-identity.ts';
import { fakeSession } from '../support/hook-payloads.ts';
import { opened } from '../support/run-events.ts';
import { storeRun } from '../support/stored-run.ts';
import {
  type ProcessOptions,
  type ProcessResult,
  runHookBundle,
} from '../support/swarm-process.ts';
import { makeTempDir, type TempDir } from '../support/temp-dir.ts';

/** Expects a hook not to block the session; this applies whatever happens. */
function expectHarmless({ code, signal, stdout }: ProcessResult): void {
  expect([code, signal, stdout]).toEqual([0, null, '']);
}

/** A project with a run of the tasks `a` and `b`, and a session of the client in it. */
async function makeProject() {
  const dir: TempDir = await makeTempDir();
  const { paths } = storeRun(dir.path, [opened(['a', 'b'], { at: new Date().toISOString() })]);
  const session = fakeSession(dir.path);
  const launch = JSON.stringify(session.preAgent('toolu_a', `swarm:${paths.run}/a`));
  const record = (input: string, more: Partial<ProcessOptions> = {}) =>
    runHookBundle('record-event', { cwd: dir.path, input, ...more });
  return { root: dir.path, paths, session, launch, record, [Symbol.asyncDispose]: dir.remove };
}

const INPUTS: [string, string][] = [
  ['nothing', ''],
  ['garbage', 'swarm: \u0000\u001b[31m not JSON'],
  ['cut JSON', '{"hook_event_name":"SubagentStop","agent_id":"x'],
  ['null', 'null'],
  ['an event that lacks fields', '{"hook_event_name":"SubagentStop"}'],
  [
    'fields of other types',
    '{"hook_event_name":"PreToolUse","tool_name":"Agent","tool_input":"swarm:"}',
  ],
  ['a very long text', `{"hook_event_name":"SubagentStop","x":"${'swarm '.repeat(500_000)}"}`],
];

describe.concurrent('a hook', () => {
  it.each(INPUTS)('does not block the session on %s', async (_, input) => {
    await using project = await makeProject();
    const before = readFileSync(project.paths.ledger, 'utf8');
    expectHarmless(await project.record(input));
    expectHarmless(await runHookBundle('allow-swarm', { cwd: project.root, input }));
    expect(readFileSync(project.paths.ledger, 'utf8')).toBe(before);
  });

  it('creates no files in a project without runs', async () => {
    await using dir = await makeTempDir();
    const { preAgent, bash, subagentStop } = fakeSession(dir.path);
    for (const event of [preAgent('toolu_a', 'swarm:x/a'), subagentStop('ax', 'Report')]) {
      const options = { cwd: dir.path, input: JSON.stringify(event) };
      expect(await runHookBundle('record-event', options)).toMatchObject({ code: 0, stderr: '' });
    }
    const command = JSON.stringify(bash('echo swarm'));
    expectHarmless(await runHookBundle('allow-swarm', { cwd: dir.path, input: command }));
    expect(readdirSync(dir.path)).toEqual([]);
  });

  it('records the path of the plugin for commands that run without CLAUDE_PLUGIN_ROOT', async () => {
    await using project = await makeProject();
    await using data = await makeTempDir();
    const env = { CLAUDE_PLUGIN_ROOT: '/plugins/ours', CLAUDE_PLUGIN_DATA: data.path };
    await project.record(project.launch, { env });
    expect(readFileSync(join(data.path, 'root'), 'utf8')).toBe('/plugins/ours\n');

    const gone = { ...env, CLAUDE_PLUGIN_DATA: join(data.path, 'gone') };
    expect(await project.record(project.launch, { env: gone })).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('does not block the session if its directory is gone', async () => {
    await using project = await makeProject();
    const env = { CLAUDE_PROJECT_DIR: join('/not/there', project.paths.run) };
    expectHarmless(await project.record(project.launch, { env }));
  });

  it('does not block the session if the git metadata is invalid', async () => {
    await using project = await makeProject();
    mkdirSync(join(project.root, 'sub'));
    // git expects `commondir` to be a file, so reading this directory fails.
    mkdirSync(join(project.root, 'odd/commondir'), { recursive: true });
    writeFileSync(join(project.root, 'sub/.git'), 'gitdir: ../odd\n');
    const env = { CLAUDE_PROJECT_DIR: join(project.root, 'sub') };
    const result = await project.record(project.launch, { env });
    expectHarmless(result);
    expect(result.stderr).toMatch(/^swarm-parallel: /);
  });

  it.each([
    ['garbage', 'garbage\n'],
    ['empty', ''],
  ])('denies the launch if the ledger is %s, and leaves it unchanged', async (_, text) => {
    await using project = await makeProject();
    writeFileSync(project.paths.ledger, text);
    const { code, stdout } = await project.record(project.launch);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      hookSpecificOutput: { permissionDecision: 'deny' },
    });
    expectHarmless(await project.record(JSON.stringify(project.session.subagentStop('ax', 'x'))));
    expect(readFileSync(project.paths.ledger, 'utf8')).toBe(text);
  });

  it('appends after a torn event', async () => {
    await using project = await makeProject();
    appendFileSync(project.paths.ledger, '{"event":"task.chec');
    const { stdout } = await project.record(project.launch);
    expect(JSON.parse(stdout)).toMatchObject({
      hookSpecificOutput: { permissionDecision: 'allow' },
    });
    const { events, defects } = readLedger(project.paths.ledger);
    expect(events.map(({ event }) => event)).toEqual(['run.opened', 'attempt.launched']);
    expect(defects).toMatchObject([{ kind: 'torn' }]);
  });

  it('finds its run even if the list of open runs is gone', async () => {
    await using project = await makeProject();
    await project.record(project.launch);
    rmSync(join(project.root, '.swarm/open'), { recursive: true });
    const launched = project.session.agentLaunched('toolu_a', `swarm:${project.paths.run}/a`, 'aa');
    await project.record(JSON.stringify(launched));
    rmSync(join(project.root, '.swarm/open'), { recursive: true });
    await project.record(JSON.stringify(project.session.subagentStop('aa', 'Report.')));
    expect(readFileSync(join(project.paths.results, 'a.md'), 'utf8')).toBe('Report.');
  });

  it('does not block the session without write access, and reports that on stderr', async () => {
    await using project = await makeProject();
    const swarm = join(project.root, '.swarm');
    const everything = [
      project.root,
      swarm,
      ...readdirSync(swarm, { recursive: true }).map((name) => join(swarm, String(name))),
    ];
    for (const path of everything) chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444);
    // Root may write everywhere, so run as another user.
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    const result = await project.record(project.launch, { uid });
    expectHarmless(result);
    expect(result.stderr).toMatch(/^swarm-parallel: .*(?:EACCES|EPERM)/);
    for (const path of everything.reverse()) chmodSync(path, 0o700);
  });

  it('does not block the session if .swarm is a file', async () => {
    await using dir = await makeTempDir();
    writeFileSync(join(dir.path, '.swarm'), 'mine');
    const input = JSON.stringify(fakeSession(dir.path).subagentStop('ax', 'x'));
    expectHarmless(await runHookBundle('record-event', { cwd: dir.path, input }));
    expect(readFileSync(join(dir.path, '.swarm'), 'utf8')).toBe('mine');
  });

  it('logs its errors to a file that only its owner can read', async () => {
    await using project = await makeProject();
    const { stderr } = await project.record('{"hook_event_name":"SubagentStop"}');
    expect(stderr).toMatch(/^swarm-parallel: /);
    const log = join(project.root, '.swarm/errors.log');
    expect(readFileSync(log, 'utf8')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z /);
    expect(statSync(log).mode & 0o777).toBe(0o600);
  });
});

describe.concurrent('record-event', () => {
  it('prints only JSON or nothing, and records the run', async () => {
    await using project = await makeProject();
    const { paths, session } = project;
    const token = `swarm:${paths.run}/a`;
    const { code, stdout, stderr } = await project.record(project.launch);
    expect([code, stderr]).toEqual([0, '']);
    const { updatedInput } = JSON.parse(stdout).hookSpecificOutput;
    expect(updatedInput.prompt.split('\n')[0]).toBe(token);
    expect(updatedInput.subagent_type).toBe('swarm-parallel:swarm-worker');
    for (const event of [
      session.subagentStart('aa'),
      session.agentLaunched('toolu_a', updatedInput.prompt, 'aa'),
      session.subagentStop('aa', 'The report.'),
    ]) {
      expect(await project.record(JSON.stringify(event))).toMatchObject({
        code: 0,
        stdout: '',
        stderr: '',
      });
    }
    const done = session.notification({
      taskId: 'aa',
      toolUseId: 'toolu_a',
      result: 'The report.',
    });
    const told = await project.record(JSON.stringify(done));
    expect(JSON.parse(told.stdout)).toMatchObject({
      hookSpecificOutput: { hookEventName: 'UserPromptSubmit' },
    });
    expect(JSON.parse(readFileSync(paths.status, 'utf8'))).toMatchObject({
      counts: { completed: 1, pending: 1 },
    });
    expect(existsSync(join(project.root, '.swarm/errors.log'))).toBe(false);
  });

  it('loses no event when several hooks run at once', async () => {
    await using project = await makeProject();
    const { paths, session } = project;
    const calls = ['toolu_1', 'toolu_2', 'toolu_3', 'toolu_4'];
    const answers = await Promise.all(
      calls.map((call) =>
        project.record(JSON.stringify(session.preAgent(call, `swarm:${paths.run}/a`))),
      ),
    );
    const decisions = answers.map(
      ({ stdout }) => JSON.parse(stdout).hookSpecificOutput.permissionDecision,
    );
    expect(decisions.sort()).toEqual(['allow', 'deny', 'deny', 'deny']);
    const { events, defects } = readLedger(paths.ledger);
    expect(events.filter(({ event }) => event === 'attempt.launched')).toHaveLength(4);
    expect(defects).toEqual([]);
  });
});

describe.concurrent('a plugin and a drop-in in one session', () => {
  /** The environment of a drop-in's hook: the client sets no variables of a plugin. */
  const DROP_IN = { CLAUDE_PLUGIN_ROOT: undefined };

  it('the drop-in stands back where the plugin has announced itself, and only there', async () => {
    await using project = await makeProject();
    const dataDir = join(project.root, '.claude', 'plugins', 'data', 'swarm-parallel-x');
    const events = () => readLedger(project.paths.ledger).events.map(({ event }) => event);
    // Another client, or one that had this id before.
    announcePlugin(dataDir, { pid: process.pid, startedAt: '1' });
    const before = await project.record(project.launch, { env: DROP_IN });
    expect(before.stdout).toContain('updatedInput');
    expect(events()).toEqual(['run.opened', 'attempt.launched']);

    announcePlugin(dataDir, identifyProcess(process.pid));
    const other = JSON.stringify(
      project.session.preAgent('toolu_b', `swarm:${project.paths.run}/b`),
    );
    expectHarmless(await project.record(other, { env: DROP_IN }));
    const start = JSON.stringify(project.session.sessionStart('startup'));
    expectHarmless(await project.record(start, { env: DROP_IN }));
    expect(events()).toHaveLength(2);
    const command = JSON.stringify(project.session.bash('swarm status'));
    const options = { cwd: project.root, input: command, env: DROP_IN };
    expectHarmless(await runHookBundle('allow-swarm', options));
  });

  it('the plugin announces itself and tells the person, even before the first run', async () => {
    await using dir = await makeTempDir();
    mkdirSync(join(dir.path, '.claude', 'swarm-parallel'), { recursive: true });
    writeFileSync(join(dir.path, '.claude', 'swarm-parallel', 'install.json'), '{}');
    const dataDir = join(dir.path, '.claude', 'plugins', 'data', 'swarm-parallel-x');
    const input = JSON.stringify(fakeSession(dir.path).sessionStart('startup'));
    const env = { CLAUDE_PLUGIN_DATA: dataDir };
    const { stdout } = await runHookBundle('record-event', { cwd: dir.path, input, env });
    expect(JSON.parse(stdout)).toEqual({
      systemMessage: expect.stringContaining('the copy in the repository stands back'),
    });
    expect(isPluginAnnounced([dataDir], identifyProcess(process.pid))).toBe(true);
    expect(existsSync(join(dir.path, '.swarm'))).toBe(false);
  });
});

describe.concurrent('allow-swarm', () => {
  it.each([
    ['swarm status', true],
    ['swarm status && ls', false],
    ['echo swarm', false],
    ['ls', false],
  ])('prints only JSON or nothing for %j', async (command, isAllowed) => {
    await using dir = await makeTempDir();
    const input = JSON.stringify(fakeSession(dir.path).bash(command));
    const { code, stdout, stderr } = await runHookBundle('allow-swarm', { cwd: dir.path, input });
    expect([code, stderr]).toEqual([0, '']);
    if (!isAllowed) expect(stdout).toBe('');
    else {
      expect(JSON.parse(stdout)).toMatchObject({
        hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow' },
      });
    }
  });
});

describe.concurrent('add-to-path', () => {
  it('adds bin to the session’s environment file at each start', async () => {
    await using dir = await makeTempDir();
    const file = join(dir.path, 'env.sh');
    const env = { CLAUDE_ENV_FILE: file };
    expectHarmless(await runHookBundle('add-to-path', { cwd: dir.path, env }));
    const bin = join(import.meta.dirname, '../../bin');
    expect(readFileSync(file, 'utf8')).toBe(`export PATH='${bin}':"$PATH"\n`);
  });

  it('does nothing without an environment file', async () => {
    await using dir = await makeTempDir();
    expectHarmless(await runHookBundle('add-to-path', { cwd: dir.path }));
    expect(readdirSync(dir.path)).toEqual([]);
  });
});
