import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { findOnPath } from '../find-on-path.ts';
import { describeFailure, runProgram } from '../process/run-program.ts';
import { writeFileAtomic } from '../write-file-atomic.ts';
import type { ServiceManager, ServiceUnit } from './service-unit.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds what starts programs for the user.
 * @throws {SwarmError} if this machine has nothing that does
 */
export async function findServiceManager(
  platform: NodeJS.Platform,
  env: Environment,
): Promise<ServiceManager> {
  if (platform === 'darwin') return 'launchd';
  const [systemctl] = findOnPath('systemctl', env);
  if (platform !== 'linux' || systemctl === undefined) {
    throw notPossible(`${platform} without systemd starts no services for its users`);
  }
  const result = await runProgram(systemctl, ['--user', 'show-environment'], { cwd: '/', env });
  if (result.exitCode === 0) return 'systemd';
  throw notPossible(`systemd runs no services for this user (${describeFailure(result)})`);
}

function notPossible(why: string): SwarmError {
  return new SwarmError(
    `${why}, so nothing was installed; start it by other means, such as a container's command or a line of @reboot in a crontab`,
    EXIT.notCompleted,
  );
}

/** Writes the file of a service and starts it. @throws {SwarmError} if a command fails */
export async function installService(unit: ServiceUnit, env: Environment): Promise<void> {
  // A changed service of launchd must be taken out first.
  if (unit.manager === 'launchd' && existsSync(unit.file)) await runAll(unit.stop, env, true);
  mkdirSync(dirname(unit.file), { recursive: true });
  writeFileAtomic(unit.file, unit.content);
  await runAll(unit.start, env, false);
}

/** Ends a service and removes its file. @returns whether there was one */
export async function uninstallService(unit: ServiceUnit, env: Environment): Promise<boolean> {
  if (!existsSync(unit.file)) return false;
  await runAll(unit.stop, env, true);
  rmSync(unit.file);
  return true;
}

async function runAll(
  commands: readonly string[][],
  env: Environment,
  isFailureFine: boolean,
): Promise<void> {
  for (const [name = '', ...args] of commands) {
    const [program] = findOnPath(name, env);
    if (program === undefined) throw new SwarmError(`${name} is not on PATH`, EXIT.notCompleted);
    const result = await runProgram(program, args, { cwd: '/', env });
    if (result.exitCode === 0 || isFailureFine) continue;
    throw new SwarmError(
      `${[name, ...args].join(' ')}: ${describeFailure(result)}; the file is written. Fix the cause and run the command again`,
      EXIT.notCompleted,
    );
  }
}
