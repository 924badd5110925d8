import { readConfig } from '../config/read-config.ts';
import { findHub } from '../hub/service/hub-lock.ts';
import { isAlive } from '../platform/process/process-identity.ts';
import { stateDirectory } from '../platform/state-directory.ts';
import { plural } from '../text/format.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';

/** Whether a hub serves the repository, and whether one is needed. */
export function checkHub(
  root: string,
  { env }: Pick<DoctorEnvironment, 'env'>,
  isRunning = isAlive,
): DoctorFinding {
  const hub = findHub(root, { stateDir: stateDirectory(env), isAlive: isRunning });
  if (hub) {
    const place = hub.url === null ? 'and does not listen yet' : `at ${hub.url}`;
    const message = `process ${hub.process.pid} on ${hub.machine} serves this repository ${place}, since ${hub.startedAt}`;
    return finding('hub_ok', message);
  }
  const waiting = triggersOf(root);
  if (waiting === 0) return finding('hub_not_needed', 'none is running, and none is needed');
  const message = `none is running, so ${plural(waiting, 'trigger')} of this repository (schedules and webhooks) cannot fire`;
  const fix =
    'Run `swarm serve`, or `swarm serve --install` to have it started with this machine; what a schedule missed meanwhile is in `swarm schedule history`.';
  return finding('hub_missing', message, fix);
}

/** How many schedules and webhooks are configured; an invalid configuration is another finding. */
function triggersOf(root: string): number {
  try {
    const { schedules = {}, webhooks = {} } = readConfig(root) as Record<
      string,
      object | undefined
    >;
    return Object.keys(schedules).length + Object.keys(webhooks).length;
  } catch {
    return 0;
  }
}
