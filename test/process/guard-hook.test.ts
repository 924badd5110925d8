import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareSpool, spoolOf } from '../../src/hooks/server/spool.ts';
import { fakeSession, type Payload } from '../support/hook-payloads.ts';
import { startPluginServer, startServerProcess } from '../support/plugin-server.ts';
import { launched, opened, started } from '../support/run-events.ts';
import { storeRun } from '../support/stored-run.ts';
import { runHookBundle } from '../support/swarm-process.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The hook that judges commands in case the plugin's server does not. */

const COMMAND = 'git push --force origin main';
const SESSION = 'session-1';

/** A project in which the agent `agent-a` works on the task `a`. */
async function makeProject() {
  const dir = await makeTempDir();
  const at = new Date().toISOString();
  const { paths } = storeRun(dir.path, [
    opened(['a'], { at }),
    launched('a', { at }),
    started('a', { at }),
  ]);
  const dataDir = join(dir.path, 'data');
  const session = fakeSession(dir.path, SESSION);
  const judge = async (payload: Payload, env = {}) => {
    const { stdout, stderr } = await runHookBundle('record-event', {
      cwd: dir.path,
      args: ['--judge'],
      input: JSON.stringify(payload),
      env: { CLAUDE_PLUGIN_DATA: dataDir, ...env },
    });
    expect(stderr).toBe('');
    return stdout;
  };
  const call = (command: string) => session.toolCall('agent-a', 'toolu_p', 'Bash', { command });
  const gates = () =>
    readFileSync(paths.ledger, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"gate.'));
  return { ...dir, paths, dataDir, session, judge, call, gates };
}

describe('the hook that stands in for the server', () => {
  it.each(['SIGKILL', 'SIGSTOP'] as const)('denies after %s of the server', async (signal) => {
    await using project = await makeProject();
    const server = startServerProcess(project.path, project.dataDir);
    const { fifo } = spoolOf(project.dataDir, process.pid);
    await waitUntil(() => {
      try {
        return execFileSync('test', ['-p', fifo]) !== null;
      } catch {
        return false;
      }
    });
    server.kill(signal);
    expect(await project.judge(project.call(COMMAND))).toMatch(/"deny".*cannot be undone/);
    expect(await project.judge(project.call('git push'))).toBe('');
    server.kill('SIGKILL');
  });

  it('gets the decision of the server, which is the same for both', async () => {
    await using project = await makeProject();
    await using server = await startPluginServer(project.path, project.dataDir);
    const { tool_input: input, ...event } = project.call(COMMAND);
    const args = { ...event, effort: '', tool_input: JSON.stringify(input) };
    const { result } = await server.request('tools/call', { name: 'hook-event', arguments: args });
    expect(result.content[0].text).toMatch(/"deny"/);
    expect(JSON.parse(await project.judge(project.call(COMMAND)))).toEqual(
      JSON.parse(result.content[0].text),
    );
    expect(project.gates()).toHaveLength(1);
  });

  it('does nothing for the conversation', async () => {
    await using project = await makeProject();
    prepareSpool(project.dataDir, process.pid, () => true);
    expect(await project.judge(project.session.bash(COMMAND))).toBe('');
    expect(project.gates()).toEqual([]);
  });

  it('denies to a worker whose run was removed', async () => {
    await using project = await makeProject();
    rmSync(join(project.path, '.swarm'), { recursive: true, maxRetries: 5 });
    const worker = { SWARM_ATTEMPT: SESSION, SWARM_ROOT: project.path };
    expect(await project.judge(project.session.bash(COMMAND), worker)).toMatch(
      /"deny".*no run knows this worker/,
    );
    expect(await project.judge(project.session.bash('git push'), worker)).toBe('');
  });

  it('denies after all markers were removed', async () => {
    await using project = await makeProject();
    mkdirSync(join(project.path, '.swarm/open'));
    expect(await project.judge(project.call(COMMAND))).toMatch(/"deny"/);
  });
});
