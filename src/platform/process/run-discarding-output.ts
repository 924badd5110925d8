import { spawn } from 'node:child_process';
import { descriptorShortage } from './descriptor-shortage.ts';

/**
 * Runs a command to its end without a shell and discards its output. Processes that it leaves behind
 * are not waited for.
 * @param command the program, by path or by its name on `PATH`, and its arguments
 * @param options.input what it reads from standard input
 * @param options.timeoutMs milliseconds after which it is killed
 * @returns why it failed; null if its exit code is 0
 */
export function runDiscardingOutput(
  [program = '', ...args]: readonly string[],
  { cwd, input, timeoutMs }: { cwd: string; input: string; timeoutMs: number },
): Promise<string | null> {
  const shortage = descriptorShortage();
  if (shortage) return Promise.resolve(shortage.message);
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => {
      if (code === 0) return resolve(null);
      resolve(`${program}: ${signal ? `killed after ${timeoutMs} ms` : `exit code ${code}`}`);
    });
    child.stdin.on('error', () => {
      // It may exit without reading its input.
    });
    child.stdin.end(input);
  });
}
