import type { ChildProcess } from 'node:child_process';
import type { ProcessResult } from './swarm-process.ts';
import { waitUntil } from './wait-until.ts';

/** The token of hubs in tests, which is `SWARM_HUB_TOKEN` there. */
export const HUB_TOKEN = 'a-token-for-tests-of-the-hub';
export const BEARER = { Authorization: `Bearer ${HUB_TOKEN}` };

export interface HubProcess {
  url: string;
  pid: number;
  /** What it has printed for people. */
  said(): string;
  /** Ends it. @returns its exit code */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<ProcessResult>;
}

/** Waits until a `swarm serve --json` that was started listens. */
export async function whenServing({ process: hub, ended }: Started): Promise<HubProcess> {
  let [out, said] = ['', ''];
  hub.stdout?.on('data', (text) => {
    out += text;
  });
  hub.stderr?.on('data', (text) => {
    said += text;
  });
  const line = await waitUntil(() => /^\{.*\}\n/.exec(out)?.[0], { state: () => said });
  const { url, pid } = JSON.parse(line) as { url: string; pid: number };
  return {
    url,
    pid,
    said: () => said,
    async end(signal = 'SIGTERM') {
      hub.kill(signal);
      return (await ended).code;
    },
  };
}
