import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type HookContext, HookDeclined, type HookOutput } from '../../src/hooks/hook-context.ts';
import { handleRequest } from '../../src/hooks/server/handle-request.ts';
import type { HookRequest } from '../../src/hooks/server/protocol.ts';
import { serveHooks } from '../../src/hooks/server/serve-hooks.ts';
import { exchangePaths, prepareSpool, spoolOf } from '../../src/hooks/server/spool.ts';
import { toStatusDocument } from '../../src/run/status-document.ts';
import { appendToRun, loadRun } from '../../src/store/run-handle.ts';
import { fakeSession } from '../support/hook-payloads.ts';
import { startPluginServer, startServerProcess } from '../support/plugin-server.ts';
import { opened } from '../support/run-events.ts';
import { storeRun } from '../support/stored-run.ts';
import { runHookBundle } from '../support/swarm-process.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

const PACKAGE = join(import.meta.dirname, '../..');

/** A project with a run of one task, and the plugin's data directory. */
async function makeProject() {
  const dir = await makeTempDir();
  const { paths } = storeRun(dir.path, [opened(['a'], { at: new Date().toISOString() })]);
  const session = fakeSession(dir.path);
  const token = `swarm:${paths.run}/a`;
  const dataDir = join(dir.path, 'data');
  const mailbox = spoolOf(dataDir, process.pid);
  const launch = () =>
    runHookBundle('record-event', {
      cwd: dir.path,
      input: JSON.stringify(session.preAgent('toolu_a', token)),
      env: { CLAUDE_PLUGIN_DATA: dataDir },
    });
  const attempts = () => [...loadRun(paths).state.attempts.keys()];
  const errors = () => readFileSync(join(dir.path, '.swarm/errors.log'), 'utf8');
  return { ...dir, paths, session, token, dataDir, mailbox, launch, attempts, errors };
}

type Handle = (payload: Record<string, unknown>, context: HookContext) => HookOutput;

async function serve(dataDir: string, handle: Handle, installation = PACKAGE) {
  const mailbox = prepareSpool(dataDir, process.pid, () => true);
  const service = {
    installation,
    handlers: {
      'handle-event': handle,
      'guard-tool-call': handle,
      'allow-own-command': handle,
    },
    contextOf: (request: HookRequest) => ({ ...request }) as never,
  };
  const close = await serveHooks(mailbox, (request) => handleRequest(request, service));
  return { [Symbol.dispose]: close };
}

describe('a hook while the server of the plugin runs', () => {
  it('passes its event to the server', async () => {
    await using project = await makeProject();
    const seen: unknown[] = [];
    using _ = await serve(project.dataDir, (payload) => {
      seen.push(payload.tool_use_id);
      return { decision: 'block', reason: 'as the server says' };
    });
    const { stdout, stderr } = await project.launch();
    expect(JSON.parse(stdout)).toEqual({ decision: 'block', reason: 'as the server says' });
    expect(stderr).toBe('');
    expect(seen).toEqual(['toolu_a']);
    expect(project.attempts()).toEqual([]);
  });

  it('logs the error of a handler and lets the session continue', async () => {
    await using project = await makeProject();
    using _ = await serve(project.dataDir, () => {
      throw new Error('odd event');
    });
    expect(await project.launch()).toMatchObject({ code: 0, stdout: '' });
    expect(project.errors()).toContain('odd event');
  });

  it('ignores the answer of the server once it has withdrawn its request', async () => {
    await using project = await makeProject();
    const seen: unknown[] = [];
    using _ = await serve(project.dataDir, (payload) => {
      seen.push(payload.tool_use_id);
      return null;
    });
    const leave = (id: string, text: string) => {
      const payload = JSON.stringify({ tool_use_id: text });
      const request = { installation: PACKAGE, handler: 'handle-event', payload };
      writeFileSync(exchangePaths(project.mailbox, id).request, JSON.stringify(request));
    };
    leave('1-1', 'given up');
    leave('1-2', 'waiting');
    rmSync(exchangePaths(project.mailbox, '1-1').request);
    writeFileSync(project.mailbox.fifo, '1-1\n../1-2\n1-2\n');
    await waitUntil(() => existsSync(exchangePaths(project.mailbox, '1-2').answer));
    expect(seen).toEqual(['waiting']);
    expect(readdirSync(project.mailbox.dir)).toEqual(['1-2.answer', 'bell']);
  });

  it.each<[string, (dataDir: string) => Disposable | Promise<Disposable>]>([
    [
      'declines',
      (dataDir) =>
        serve(dataDir, () => {
          throw new HookDeclined();
        }),
    ],
    ['is of another installation', (dataDir) => serve(dataDir, () => null, '/other')],
    [
      'was killed',
      (dataDir) => {
        const { fifo } = prepareSpool(dataDir, process.pid, () => true);
        execFileSync('mkfifo', [fifo]);
        return { [Symbol.dispose]: () => {} };
      },
    ],
    [
      'does not answer',
      (dataDir) => {
        const { fifo } = prepareSpool(dataDir, process.pid, () => true);
        execFileSync('mkfifo', [fifo]);
        const listener = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
        return { [Symbol.dispose]: () => closeSync(listener) };
      },
    ],
  ])('handles it itself when the server %s', async (_, start) => {
    await using project = await makeProject();
    using __ = await start(project.dataDir);
    const { stdout, stderr } = await project.launch();
    expect(stdout).toContain('Brief of a.');
    expect(stderr).toBe('');
    expect(project.attempts()).toEqual(['toolu_a']);
  });

  it('warns the user before a launch that gates need the server if it is not running', async () => {
    await using project = await makeProject();
    const call = async (command: string, env = { CLAUDE_PLUGIN_DATA: project.dataDir }) => {
      const input = JSON.stringify(project.session.bash(command));
      const { stdout } = await runHookBundle('allow-swarm', { cwd: project.path, input, env });
      return JSON.parse(stdout);
    };
    const told = {
      systemMessage: expect.stringMatching(/not held for your approval\. Type \/mcp and/),
    };
    expect(await call('swarm plan plan.md')).toMatchObject(told);
    expect(await call('swarm resume')).toMatchObject(told);
    expect(await call('swarm status')).not.toHaveProperty('systemMessage');
    await using _ = await startPluginServer(project.path, project.dataDir);
    expect(await call('swarm plan plan.md')).not.toHaveProperty('systemMessage');
  });
});

describe('the server of the plugin', () => {
  it('answers exactly as the hook itself would', async () => {
    await using alone = await makeProject();
    await using project = await makeProject();
    await using server = await startPluginServer(project.path, project.dataDir);
    const [own, served] = [await alone.launch(), await project.launch()];
    expect(served.stdout.replaceAll(project.path, alone.path)).toBe(own.stdout);
    expect(served.stderr).toBe('');
    expect(project.attempts()).toEqual(['toolu_a']);
    expect(await server.close()).toEqual({ code: 0, stderr: '' });
    const status = JSON.parse(readFileSync(project.paths.status, 'utf8'));
    expect(status).toEqual(toStatusDocument(loadRun(project.paths).state));
  });

  it('hides the tool of the hooks, and ends agents of cancelled tasks at their next call', async () => {
    await using project = await makeProject();
    await using server = await startPluginServer(project.path, project.dataDir);
    expect(JSON.stringify(await server.request('tools/list'))).not.toContain('hook-event');
    const call = (agentId: string) =>
      server.request('tools/call', {
        name: 'hook-event',
        arguments: {
          hook_event_name: 'PreToolUse',
          session_id: project.session.id,
          cwd: project.path,
          agent_id: agentId,
          tool_name: 'Read',
          tool_use_id: 'toolu_x',
          tool_input: '{"file_path":"/x"}',
        },
      });
    await project.launch();
    const run = loadRun(project.paths);
    const at = new Date().toISOString();
    appendToRun(run, [
      { event: 'attempt.started', at, attempt: 'toolu_a', agentId: 'a1' },
      { event: 'cancel.requested', at, task: 'a' },
    ]);
    const answer = async (agentId: string) => {
      const { result } = await call(agentId);
      return JSON.parse(result.content[0].text);
    };
    expect(await answer('')).toEqual({});
    expect(await answer('astranger')).toEqual({});
    expect(await answer('a1')).toMatchObject({
      continue: false,
      stopReason: 'task "a" was cancelled',
      hookSpecificOutput: { permissionDecision: 'deny' },
    });
  });

  it('removes its files, and those of killed servers', async () => {
    await using project = await makeProject();
    const mailboxes = dirname(project.mailbox.dir);
    mkdirSync(join(mailboxes, '999999999'), { recursive: true });
    mkdirSync(project.mailbox.dir);
    writeFileSync(project.mailbox.fifo, 'of a server that was killed');
    const server = await startPluginServer(project.path, project.dataDir);
    expect(readdirSync(mailboxes)).toEqual([String(process.pid)]);
    expect(statSync(mailboxes).mode & 0o777).toBe(0o700);
    expect(await server.close()).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(mailboxes)).toEqual([]);
  });

  it('exits when nobody reads its answers, even before the first one', async () => {
    await using project = await makeProject();
    const server = startServerProcess(project.path, project.dataDir);
    const ended = once(server, 'exit');
    server.stdout.destroy();
    server.stdin.write('no message, so it is answered with an error\n');
    expect(await ended).toEqual([0, null]);
    expect(readdirSync(dirname(project.mailbox.dir))).toEqual([]);
  });

  it('keeps the mailbox that a later server has recreated', async () => {
    await using project = await makeProject();
    const earlier = await serve(project.dataDir, () => null);
    using _ = await serve(project.dataDir, () => ({ decision: 'block', reason: 'later' }));
    earlier[Symbol.dispose]();
    const { stdout } = await project.launch();
    expect(JSON.parse(stdout)).toEqual({ decision: 'block', reason: 'later' });
  });

  it('does not recreate a run that was removed', async () => {
    await using project = await makeProject();
    await using server = await startPluginServer(project.path, project.dataDir);
    await project.launch();
    const checkpointFile = join(project.paths.tasks, 'a.md');
    await waitUntil(() => existsSync(checkpointFile));
    rmSync(project.paths.dir, { recursive: true, maxRetries: 5 });
    expect(await server.close()).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(dirname(project.paths.dir))).toEqual([]);
  });
});
