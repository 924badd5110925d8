import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used so far, from the counters in `/proc`. */
interface Use {
  /** CPU time of all threads, as the scheduler counts it. */
  cpuMs: number;
  /** CPU time as `ps` counts it. */
  ticks: number;
  wakeUps: number;
  resident: string;
  peak: string;
}

export function readUse(pid: number | undefined): Use {
  const process = `/proc/${pid}`;
  const threads = readdirSync(`${process}/task`).map((id) => `${process}/task/${id}`);
  const sum = (read: (thread: string) => number) =>
    threads.reduce((total, thread) => total + read(thread), 0);
  const status = (path: string, field: string) =>
    new RegExp(`^${field}:\\s+(.+)$`, 'm').exec(readFileSync(`${path}/status`, 'utf8'))?.[1] ?? '';
  // The name in the second field may contain blanks; state and counters follow its bracket.
  const stat = readFileSync(`${process}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return {
    cpuMs: sum((thread) => Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0])) / 1e6,
    ticks: Number(stat[11]) + Number(stat[12]),
    wakeUps: sum((thread) => Number(status(thread, 'voluntary_ctxt_switches'))),
    resident: toMegabytes(status(process, 'VmRSS')),
    peak: toMegabytes(status(process, 'VmHWM')),
  };
}

/** The field is missing for a zombie, which has no memory. */
function toMegabytes(kilobytes: string): string {
  if (kilobytes === '') return '';
  return `${(Number.parseInt(kilobytes, 10) / 1_024).toFixed(0)} MB`;
}
