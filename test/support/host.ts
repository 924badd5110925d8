import { join } from 'node:path';
import type { Host } from '../../src/store/host.ts';
import { loadRun } from '../../src/store/run-handle.ts';

/** A host with a user at a terminal, on which every process is alive and nobody is notified. */
export function makeHost(root: string, more: Partial<Host> = {}): Host {
  return {
    root,
    caller: { kind: 'person' },
    stateDir: join(root, 'state'),
    isPlugin: true,
    now: () => new Date().toISOString(),
    isAlive: () => true,
    notify: () => {},
    load: loadRun,
    ...more,
  };
}

/** A host whose clock stands still. @param time anything that `Date` accepts */
export function hostAt(root: string, time: string | Date, more: Partial<Host> = {}): Host {
  return makeHost(root, { now: () => new Date(time).toISOString(), ...more });
}

export function inSession(session: string): Pick<Host, 'caller'> {
  return { caller: { kind: 'session', session } };
}
