import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

/** How often it is looked whether the client still lives; milliseconds. */
const LOOK_MS = 1_000;

/** `swarm verify`, which the hook of an agent's end starts. */
export function addVerifyCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'verify').action(async (id: string, attempt: string, client: string) => {
    const { findRun } = await import('../../operations/find-run.ts');
    const { identifyProcess } = await import('../../platform/process/process-identity.ts');
    const { verify } = await import('../../proof/verify.ts');
    const host = await context.host();
    const parent = identifyProcess(Number(client));
    const gone = new AbortController();
    const look = setInterval(() => {
      if (!host.isAlive(parent)) gone.abort();
    }, LOOK_MS);
    context.process.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], () => gone.abort());
    try {
      const run = findRun(host, id);
      const { cwd, env } = context;
      const round = await verify(run, attempt || null, { host, cwd, env, signal: gone.signal });
      if (round) context.print(JSON.stringify(round));
    } finally {
      clearInterval(look);
    }
  });
}
