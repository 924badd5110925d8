import type { CliContext } from '../cli-context.ts';
import { installAfterAsking, type ServiceFlags, uninstallAfterAsking } from '../confirm-service.ts';
import type { WorkerProgram } from './worker-program.ts';

/** The options of a worker that its service repeats. */
export interface WorkerArguments {
  queue?: string;
  pool: string;
  name?: string;
  dir?: string;
  model?: string;
  permissionMode?: string;
  allowedTools?: string;
  budgetUsd?: number;
  allowChecks?: boolean;
  port?: number;
  host: string;
}

/** `swarm worker --install`: shows the service, asks, and installs it. */
export async function installWorker(
  queue: WorkerProgram,
  flags: WorkerArguments & ServiceFlags,
  context: CliContext,
): Promise<void> {
  const service = await queue.planWorkerService(toArguments(flags));
  const install = async () => {
    const file = await queue.installWorkerService(service, flags.queue);
    return `The worker is running and starts with this machine.\nIts queue and its secret are in ${file}`;
  };
  await installAfterAsking(service, install, flags, context);
}

/** `swarm worker --uninstall`. */
export async function uninstallWorker(
  queue: WorkerProgram,
  flags: ServiceFlags,
  context: CliContext,
): Promise<void> {
  const service = await queue.planWorkerService([]);
  const uninstall = () => queue.uninstallWorkerService(service);
  const kept = 'clones and the file with its secret stay';
  await uninstallAfterAsking(service, { uninstall, kept }, flags, context);
}

/** The queue is not one of them, since its URL may have a password. */
function toArguments(flags: WorkerArguments): string[] {
  const values = {
    pool: flags.pool,
    name: flags.name,
    dir: flags.dir,
    'permission-mode': flags.permissionMode,
    'allowed-tools': flags.allowedTools,
    model: flags.model,
    'budget-usd': flags.budgetUsd,
    ...(flags.port === undefined ? {} : { port: flags.port, host: flags.host }),
  };
  return [
    ...Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}=${value}`],
    ),
    ...(flags.allowChecks ? ['--allow-checks'] : []),
  ];
}
