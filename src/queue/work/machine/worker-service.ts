import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, SwarmError } from '../../../errors/swarm-error.ts';
import {
  configDirectory,
  planServiceUnit,
  type ServiceCommand,
  type ServiceManager,
  type ServiceUnit,
  type ServiceUser,
} from '../../../platform/service/service-unit.ts';
import { writeFileAtomic } from '../../../platform/write-file-atomic.ts';

/** Longer than any task takes; systemd then kills what is left. */
const STOP_SECONDS = 35 * 60;

const WORKER_SERVICE = {
  name: 'worker',
  description: 'swarm worker: tasks of other machines',
  ending: [
    // Only the worker gets the signal, and lets its clients finish.
    'KillMode=mixed',
    `TimeoutStopSec=${STOP_SECONDS}`,
  ],
};

/**
 * The service that runs a worker. Node reads the secrets from a file, so that they are neither in the
 * service's own file nor in the list of processes.
 * @param command `swarm worker` with its options
 */
export function planWorkerService(
  manager: ServiceManager,
  command: ServiceCommand,
  user: ServiceUser,
): ServiceUnit {
  const args = [`--env-file=${environmentFile(user)}`, ...command.args];
  return planServiceUnit(manager, WORKER_SERVICE, { ...command, args }, user);
}

/** Where a worker that is a service has its URL and its secret; people may add what clients need. */
export function environmentFile(user: ServiceUser): string {
  return join(configDirectory(user), 'swarm-parallel', 'worker.env');
}

/**
 * Writes the file with the secrets, which only the user can read.
 * @throws {SwarmError} if a value cannot be written as one line
 */
export function writeEnvironmentFile(path: string, values: Readonly<Record<string, string>>): void {
  const lines = Object.entries(values).map(([name, value]) => {
    const quote = ['"', "'", '`'].find((one) => !value.includes(one));
    if (quote === undefined || /[\r\n]/.test(value)) {
      throw new SwarmError(
        `${name}: expected a value on one line with at most two kinds of quotation marks`,
        EXIT.badInput,
      );
    }
    return `${name}=${quote}${value}${quote}\n`;
  });
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileAtomic(path, lines.join(''));
}
