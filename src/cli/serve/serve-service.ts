import type { CliContext } from '../cli-context.ts';
import { installAfterAsking, type ServiceFlags, uninstallAfterAsking } from '../confirm-service.ts';
import type { HubProgram, HubServiceOptions } from '../hub-program.ts';

/** `swarm serve --install`: shows the service, asks, and installs it. */
export async function installHub(
  hub: HubProgram,
  options: HubServiceOptions,
  flags: ServiceFlags,
  context: CliContext,
): Promise<void> {
  const service = await hub.planService(options);
  const install = async () => {
    const link = await hub.install(service, options.port);
    return `The hub is running and starts with this machine.${link === null ? '' : `\nopen ${link}`}`;
  };
  await installAfterAsking(service, install, flags, context);
}

/** `swarm serve --uninstall`. */
export async function uninstallHub(
  hub: HubProgram,
  options: HubServiceOptions,
  flags: ServiceFlags,
  context: CliContext,
): Promise<void> {
  const service = await hub.planService(options);
  const uninstall = () => hub.uninstall(service);
  await uninstallAfterAsking(service, { uninstall, kept: 'runs and history stay' }, flags, context);
}
