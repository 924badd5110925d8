import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { locateRoot } from '../platform/repository-paths.ts';
import { checkClient } from './check-client.ts';
import { checkDropIn } from './check-drop-in.ts';
import { checkHooks } from './check-hooks.ts';
import { checkLeftovers } from './check-leftovers.ts';
import { checkNode } from './check-node.ts';
import { checkPath, isLoadedAsPlugin } from './check-path.ts';
import { checkPlugin } from './check-plugin.ts';
import { checkProject } from './check-project.ts';
import { checkSettings } from './check-settings.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';

/**
 * Checks this machine, the installation and the project, and says for each thing that is wrong
 * what to do. Nothing is left behind or changed. Takes some seconds, mostly for the client.
 * @returns findings in the order of the checks, also of what is well
 */
export async function examine(environment: DoctorEnvironment): Promise<DoctorFinding[]> {
  const { packageRoot, cwd, env, now } = environment;
  const root = locateRoot(env.CLAUDE_PROJECT_DIR ?? cwd);
  // A drop-in that runs its own doctor has no plugin beside it, and may serve another project.
  const isDropIn = existsSync(join(packageRoot, 'install.json'));
  const client = await checkClient(environment);
  const plugin = isDropIn ? null : await checkPlugin(environment, client.client);
  const dropIn = checkDropIn(isDropIn ? dirname(dirname(packageRoot)) : root);
  const settings = checkSettings(root, env);
  const isPluginActive =
    settings.isPluginEnabled || (!isDropIn && isLoadedAsPlugin(packageRoot, env));
  // Hooks of a drop-in come with the repository, which the user need not have trusted yet: only
  // its own doctor, whose code comes from there too, starts them.
  const tried = isDropIn ? dropIn.installation : plugin?.installation;
  const used = dropIn.installation ?? plugin?.installation;
  return [
    ...(await checkNode(environment)),
    ...client.findings,
    ...(plugin?.findings ?? []),
    ...dropIn.findings,
    ...(tried ? await checkHooks(environment, tried) : []),
    ...(dropIn.installation && !isDropIn ? [untried(dropIn.installation.root)] : []),
    ...settings.findings,
    ...(dropIn.installation && isPluginActive ? [twice(root)] : []),
    ...(used ? [checkPath(used.root, used.kind, env)] : []),
    ...checkProject(root),
    ...checkLeftovers(root, now.getTime()),
  ];
}

function untried(root: string): DoctorFinding {
  const fix = `Run \`${join(root, 'bin', 'swarm')} doctor\` for that, if you trust this repository.`;
  return finding('hooks', 'note', 'drop-in: its hooks were not tried', fix);
}

function twice(root: string): DoctorFinding {
  const message = `the plugin is enabled and also dropped into ${root}, so every event is recorded twice`;
  const fix = 'Run `swarm uninstall` there, or `claude plugin disable swarm-parallel`.';
  return finding('twice', 'warning', message, fix);
}
