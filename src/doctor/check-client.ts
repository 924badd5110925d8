import { isAbsolute } from 'node:path';
import { SUPPORTED_CLIENT } from '../claude/supported-versions.ts';
import { compareVersions } from '../platform/compare-versions.ts';
import { findOnPath, isProgram } from '../platform/find-on-path.ts';
import { describeFailure, runProgram } from '../platform/run-program.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';

/** @returns the findings, and the path of a client that can be asked further */
export async function checkClient(
  environment: DoctorEnvironment,
): Promise<{ findings: DoctorFinding[]; client: string | null }> {
  const { env } = environment;
  const client = findClient(env);
  if (!client) {
    const chosen = env.SWARM_CLAUDE_BIN;
    const message = chosen
      ? `SWARM_CLAUDE_BIN names ${chosen}, where no program is`
      : 'no claude on PATH';
    const fix = 'Install Claude Code, or set SWARM_CLAUDE_BIN to the path of its program.';
    return { findings: [finding('client', 'error', message, fix)], client: null };
  }
  const end = await runProgram(client, ['--version'], {
    cwd: environment.cwd,
    env: quietEnvironment(env),
  });
  const [version] = /^\d+\.\d+\.\d+/.exec(end.stdout) ?? [];
  if (end.exitCode !== 0 || version === undefined) {
    const message = `${client} does not tell its version: ${describeFailure(end)}`;
    const fix = 'Install Claude Code again, or set SWARM_CLAUDE_BIN to the path of its program.';
    return { findings: [finding('client', 'error', message, fix)], client: null };
  }
  if (compareVersions(version, SUPPORTED_CLIENT) < 0) {
    const message = `Claude Code ${version} (${client}) is too old; at least ${SUPPORTED_CLIENT} is needed`;
    return { findings: [finding('client', 'error', message, 'Run `claude update`.')], client };
  }
  return { findings: [finding('client', 'ok', `Claude Code ${version} (${client})`)], client };
}

function findClient(env: DoctorEnvironment['env']): string | null {
  const chosen = env.SWARM_CLAUDE_BIN;
  if (chosen && isAbsolute(chosen)) return isProgram(chosen) ? chosen : null;
  const [found] = findOnPath(chosen || 'claude', env);
  if (found) return found;
  // A session tells its Bash calls which program it runs; it need not be on PATH.
  const running = env.CLAUDE_CODE_EXECPATH;
  return !chosen && running && isProgram(running) ? running : null;
}

/** The client is only asked, so it has nothing to send and nothing to update. */
export function quietEnvironment(env: DoctorEnvironment['env']): DoctorEnvironment['env'] {
  return { ...env, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' };
}
