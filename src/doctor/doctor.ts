import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { locateRoot } from '../platform/repository-paths.ts';
import { checkClient } from './check-client.ts';
import { checkDropIn } from './check-drop-in.ts';
import { checkHooks } from './check-hooks.ts';
import { checkHub } from './check-hub.ts';
import { checkLeftovers } from './check-leftovers.ts';
import { checkNode } from './check-node.ts';
import { checkPath, isPluginOnPath } from './check-path.ts';
import { checkPlugin } from './check-plugin.ts';
import { checkProject } from './check-project.ts';
import { checkSettings } from './check-settings.ts';
import { checkTerminal } from './check-terminal.ts';
import { type ConfiguredTriggers, checkTriggers } from './check-triggers.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';

/**
 * Checks this machine, the installation and the project, and says how to fix each problem. Nothing
 * is changed or left behind. Takes a few seconds, mostly to start Claude Code.
 * @param openTriggers reads the schedules and webhooks; called if there are any
 * @returns findings in the order of the checks, including what is in order
 */
export async function runDoctor(
  environment: DoctorEnvironment,
  openTriggers: () => Promise<ConfiguredTriggers>,
): Promise<DoctorFinding[]> {
  const { packageRoot, cwd, env, now } = environment;
  const root = locateRoot(env.CLAUDE_PROJECT_DIR ?? cwd);
  // The doctor of a drop-in has no plugin files to check, and may run in another project.
  const isDropIn = existsSync(join(packageRoot, 'install.json'));
  const client = await checkClient(environment);
  const plugin = isDropIn ? null : await checkPlugin(environment, client.client);
  const dropIn = checkDropIn(isDropIn ? dirname(dirname(packageRoot)) : root);
  const settings = checkSettings(root, env);
  const isPluginActive =
    settings.isPluginEnabled || (!isDropIn && isPluginOnPath(packageRoot, env));
  // A drop-in's hooks come with the repository, which the user may not trust. Only its own doctor
  // runs them, since that is code of the repository, too.
  const tried = isDropIn ? dropIn.installation : plugin?.installation;
  const used = dropIn.installation ?? plugin?.installation;
  return [
    ...(await checkNode(environment)),
    ...client.findings,
    ...(plugin?.findings ?? []),
    ...dropIn.findings,
    ...(tried ? await checkHooks(environment, tried) : []),
    ...(dropIn.installation && !isDropIn ? [notTried(dropIn.installation.root)] : []),
    ...settings.findings,
    ...(dropIn.installation && isPluginActive ? [installedTwice(root)] : []),
    ...(used ? [checkPath(used.root, used.kind, env)] : []),
    ...(used?.kind === 'plugin' ? [checkTerminal(used.root, env)] : []),
    ...checkProject(root),
    ...(await checkTriggers(root, openTriggers)),
    checkHub(root, environment),
    ...checkLeftovers(root, now.getTime()),
  ];
}

function notTried(root: string): DoctorFinding {
  const fix = `If you trust this repository, run \`${join(root, 'bin', 'swarm')} doctor\` to try them.`;
  return finding('hooks_not_tried', 'drop-in: its hooks were not tried', fix);
}

function installedTwice(root: string): DoctorFinding {
  const message = `the plugin is enabled and also installed into ${root}; in sessions with the plugin, the copy in the repository stands back`;
  const fix = `Nothing has to be done. To have only one: \`swarm uninstall ${root}\`, or \`claude plugin disable swarm-parallel\`.`;
  return finding('installed_twice', message, fix);
}
