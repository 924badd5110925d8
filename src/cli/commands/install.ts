import { resolve } from 'node:path';
import type { Command } from 'commander';
import { SwarmError } from '../../errors/swarm-error.ts';
import { askYesNo, canAsk } from '../ask.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';

/** `swarm install` and `swarm uninstall`. */
export function addInstallCommands(program: Command, context: CliContext): void {
  const { packageRoot, cwd, print } = context;

  declareCommand(program, 'install')
    .option('--here', 'install into a sub-directory, or outside of git, without asking')
    .addOption(jsonOption())
    .action(async (dir: string, { json, here = false }: JsonFlag & { here?: boolean }) => {
      if (!here) await confirmPlace(resolve(cwd, dir), context);
      const { install } = await import('../../install/install.ts');
      const { renderInstall } = await import('../../view/terminal/render-install.ts');
      const result = install({ packageRoot, target: resolve(cwd, dir) });
      print(json ? JSON.stringify(result) : renderInstall(result));
    });

  declareCommand(program, 'uninstall')
    .addOption(jsonOption())
    .action(async (dir: string, { json }: JsonFlag) => {
      const { uninstall } = await import('../../install/uninstall.ts');
      const { renderUninstall } = await import('../../view/terminal/render-install.ts');
      const result = uninstall({ target: resolve(cwd, dir) });
      print(json ? JSON.stringify(result) : renderUninstall(result));
    });
}

/** @throws {SwarmError} if the place is unusual and nobody says that it is meant */
async function confirmPlace(target: string, context: CliContext): Promise<void> {
  const { findUnusualPlace } = await import('../../install/check-place.ts');
  const place = findUnusualPlace(target);
  if (!place) return;
  const { describePlace, describePlaceChoice } = await import(
    '../../view/terminal/render-install.ts'
  );
  const text = describePlace(place);
  if (canAsk(context)) {
    context.printError(text);
    if (await askYesNo('Install there?', context)) return;
    throw new SwarmError(`nothing was installed; ${describePlaceChoice(place)}`);
  }
  throw new SwarmError(`${text}; nothing was installed. ${describePlaceChoice(place)}`);
}
