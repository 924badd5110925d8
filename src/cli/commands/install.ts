import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';

/** `swarm install` and `swarm uninstall`. */
export function addInstallCommands(program: Command, context: CliContext): void {
  const { packageRoot, cwd, print } = context;

  declareCommand(program, 'install')
    .addOption(jsonOption())
    .action(async (dir: string, { json }: JsonFlag) => {
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
