import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

/** `swarm install` and `swarm uninstall`. */
export function addInstallCommands(program: Command, context: CliContext): void {
  declareCommand(program, 'install').action(async (dir: string) => {
    const { install, renderInstall } = await import('../../install/install.ts');
    const { packageRoot, cwd } = context;
    context.print(renderInstall(install({ packageRoot, target: resolve(cwd, dir) })));
  });

  declareCommand(program, 'uninstall').action(async (dir: string) => {
    const { uninstall, renderUninstall } = await import('../../install/install.ts');
    context.print(renderUninstall(uninstall({ target: resolve(context.cwd, dir) })));
  });
}
