import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

/** Unit tests start only git; tests that start other programs belong in `test/process`. */

type Starter = (program: string, ...more: unknown[]) => unknown;

function refuse(start: Starter): Starter {
  const guarded: Starter = (program, ...more) => {
    if (basename(program) === 'git') return start(program, ...more);
    throw new Error(`a unit test starts ${program}; move it to test/process`);
  };
  return Object.assign(guarded, {
    // `promisify` uses the function under this symbol.
    ...Object.fromEntries(
      Object.getOwnPropertySymbols(start).map((symbol) => [
        symbol,
        refuse(Reflect.get(start, symbol) as Starter),
      ]),
    ),
  });
}

const starters = [
  'spawn',
  'spawnSync',
  'execFile',
  'execFileSync',
  'exec',
  'execSync',
  'fork',
] as const;
// This file runs before each test file, and test files share a process.
const DONE = Symbol.for('swarm-parallel.no-processes');
if (!Reflect.has(childProcess, DONE)) {
  for (const name of starters) {
    Object.assign(childProcess, { [name]: refuse(childProcess[name] as unknown as Starter) });
  }
  Object.assign(childProcess, { [DONE]: true });
  syncBuiltinESMExports();
}
