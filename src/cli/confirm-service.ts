import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { printAnswer } from './answer.ts';
import { askYesNo, canAsk } from './ask.ts';
import type { CliContext } from './cli-context.ts';
import type { SystemService } from './system-service.ts';

export interface ServiceFlags {
  yes?: boolean;
  json?: boolean;
}

/**
 * Shows a service, asks, and installs it.
 * @param install returns what the person is told
 */
export async function installAfterAsking(
  { manager, file, content, start }: SystemService,
  install: () => Promise<string>,
  flags: ServiceFlags,
  context: CliContext,
): Promise<void> {
  context.printError(`${file}:\n\n${content}`);
  context.printError(`Then: ${describeCommands(start)}`);
  await agree('Install it?', flags, context);
  const told = await install();
  const document = { outcome: 'installed', manager, file };
  printAnswer({ document, text: () => told }, flags.json, context);
}

/**
 * Says what will be done, asks, and removes a service.
 * @param uninstall returns whether there was one
 * @param kept what the person is told to stay
 */
export async function uninstallAfterAsking(
  { manager, file, stop }: SystemService,
  { uninstall, kept }: { uninstall: () => Promise<boolean>; kept: string },
  flags: ServiceFlags,
  context: CliContext,
): Promise<void> {
  context.printError(`${describeCommands(stop)}, and remove ${file}`);
  await agree('Remove the service?', flags, context);
  const wasThere = await uninstall();
  const outcome = wasThere ? 'uninstalled' : 'not_installed';
  const text = () => (wasThere ? `The service is removed; ${kept}.` : 'No service was installed.');
  printAnswer({ document: { outcome, manager, file }, text }, flags.json, context);
}

function describeCommands(commands: SystemService['start']): string {
  return commands.map((words) => words.join(' ')).join('; ');
}

/** @throws {SwarmError} if the person did not agree, or nobody can be asked */
async function agree(question: string, { yes }: ServiceFlags, context: CliContext): Promise<void> {
  if (yes) return;
  if (!canAsk(context)) {
    throw new SwarmError(
      'nothing was changed: there is nobody to ask; --yes does it without asking',
    );
  }
  if (await askYesNo(question, context)) return;
  throw new SwarmError('nothing was changed', EXIT.notCompleted);
}
