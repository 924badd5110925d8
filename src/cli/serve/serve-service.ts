import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { printAnswer } from '../answer.ts';
import { askYesNo, canAsk } from '../ask.ts';
import type { CliContext } from '../cli-context.ts';
import type { HubProgram, HubService, HubServiceOptions } from '../hub-program.ts';

interface ServiceFlags {
  yes?: boolean;
  json?: boolean;
}

/** `swarm serve --install`: shows the service, asks, and installs it. */
export async function installHub(
  hub: HubProgram,
  options: HubServiceOptions,
  flags: ServiceFlags,
  context: CliContext,
): Promise<void> {
  const service = await hub.planService(options);
  context.printError(`${service.file}:\n\n${service.content}`);
  context.printError(`Then: ${describeCommands(service.start)}`);
  await agree('Install it?', flags, context);
  const link = await hub.install(service, options.port);
  const document = { outcome: 'installed', manager: service.manager, file: service.file };
  const text = () =>
    `The hub is running and starts with this machine.${link === null ? '' : `\nopen ${link}`}`;
  printAnswer({ document, text }, flags.json, context);
}

/** `swarm serve --uninstall`. */
export async function uninstallHub(
  hub: HubProgram,
  options: HubServiceOptions,
  flags: ServiceFlags,
  context: CliContext,
): Promise<void> {
  const service = await hub.planService(options);
  context.printError(`${describeCommands(service.stop)}, and remove ${service.file}`);
  await agree('Remove the service?', flags, context);
  const wasThere = await hub.uninstall(service);
  const outcome = wasThere ? 'uninstalled' : 'not_installed';
  const document = { outcome, manager: service.manager, file: service.file };
  const text = () =>
    wasThere ? 'The service is removed; runs and history stay.' : 'No service was installed.';
  printAnswer({ document, text }, flags.json, context);
}

function describeCommands(commands: HubService['start']): string {
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
