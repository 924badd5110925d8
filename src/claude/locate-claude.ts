import { isAbsolute } from 'node:path';
import { compareVersions } from '../platform/compare-versions.ts';
import { findOnPath, isProgram } from '../platform/find-on-path.ts';
import { describeFailure, runProgram } from '../platform/process/run-program.ts';
import { SUPPORTED_CLIENT } from './supported-versions.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where to look for Claude Code. */
export interface ClaudeEnvironment {
  env: Environment;
  /** The directory that the program is started in. */
  cwd: string;
}

/** What was found when looking for Claude Code. Paths are absolute. */
export type ClaudeSearch =
  | { outcome: 'found'; program: string; version: string }
  | { outcome: 'too_old'; program: string; version: string }
  /** The program exists, but did not print a version. */
  | { outcome: 'no_version'; program: string; failure: string }
  /** `chosen` is the value of `SWARM_CLAUDE_BIN`; null if that is not set. */
  | { outcome: 'not_found'; chosen: string | null };

/**
 * Finds the Claude Code that workers run with, and asks for its version: the program that
 * `SWARM_CLAUDE_BIN` names, otherwise `claude` on `PATH`, otherwise the client of this session.
 */
export async function locateClaude({ cwd, env }: ClaudeEnvironment): Promise<ClaudeSearch> {
  const program = findProgram(env);
  if (!program) return { outcome: 'not_found', chosen: env.SWARM_CLAUDE_BIN || null };
  const result = await runProgram(program, ['--version'], { cwd, env: quietEnvironment(env) });
  const [version] = /^\d+\.\d+\.\d+/.exec(result.stdout) ?? [];
  if (result.exitCode !== 0 || version === undefined) {
    return { outcome: 'no_version', program, failure: describeFailure(result) };
  }
  const isSupported = compareVersions(version, SUPPORTED_CLIENT) >= 0;
  return { outcome: isSupported ? 'found' : 'too_old', program, version };
}

function findProgram(env: Environment): string | null {
  const chosen = env.SWARM_CLAUDE_BIN;
  if (chosen && isAbsolute(chosen)) return isProgram(chosen) ? chosen : null;
  const [found] = findOnPath(chosen || 'claude', env);
  if (found) return found;
  // Claude Code tells its Bash calls which program it runs; it need not be on PATH.
  const running = env.CLAUDE_CODE_EXECPATH;
  return !chosen && running && isProgram(running) ? running : null;
}

/** For calls of Claude Code that only ask it something: no telemetry and no update. */
export function quietEnvironment(env: Environment): Environment {
  return { ...env, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' };
}
