import { describe, expect, it } from 'vitest';
import { readPlainCall } from '../../../src/cli/quick/plain-call.ts';
import { QUICK_COMMANDS } from '../../../src/cli/quick/quick-commands.ts';
import { SwarmError } from '../../../src/errors/swarm-error.ts';
import { describeError } from '../../../src/view/terminal/describe-error.ts';
import { type CliAnswer, callCli, fakeCliContext } from '../../support/cli-context.ts';
import { checkpoint, completes, launched, opened, RUN, started } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const onTerminal = () => true;
const elsewhere = () => false;

/** Calls the command as `callCli` does, but without the parser. */
async function callPlainly(
  argv: readonly string[],
  overrides: Parameters<typeof callCli>[1],
): Promise<CliAnswer | null> {
  const call = readPlainCall(argv, elsewhere);
  if (call === null) return null;
  const out: string[] = [];
  const err: string[] = [];
  const context = fakeCliContext({
    print: (text) => void out.push(text),
    printError: (text) => void err.push(text),
    warn: (text) => void err.push(text),
    ...overrides,
  });
  let exitCode = 0;
  try {
    await QUICK_COMMANDS[call.command](context, call.args, call.json);
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    err.push(describeError(error));
    exitCode = error.exitCode;
  }
  return { stdout: out.join('\n'), stderr: err.join('\n'), exitCode };
}

async function inRepository<T>(work: (cwd: string) => Promise<T>): Promise<T> {
  const dir = await makeTempDir();
  try {
    storeRun(dir.path, [
      opened(['a', 'b']),
      ...[launched('a'), started('a'), checkpoint('a', 40, '4 of 10')],
      ...completes('b'),
    ]);
    return await work(dir.path);
  } finally {
    await dir.remove();
  }
}

const readStdin = () => Buffer.from('All of it is fine.');

describe('a plain call', () => {
  it.each([
    ['checkpoint', `${RUN}/a`, '60', '6 of 10'],
    ['checkpoint', '--json', 'a', '60%', '6 of 10'],
    ['checkpoint', `${RUN}/a`, '101', 'too much'],
    ['checkpoint', `${RUN}/b`, '60', 'nobody works on it'],
    ['checkpoint', `${RUN}/c`, '60', 'no such task'],
    ['checkpoint', `${RUN}/a`, '60', ''],
    ['result', `${RUN}/a`, '-'],
    ['result', `${RUN}/a`, '-', '--json'],
    ['result', `${RUN}/a`],
    ['result', `${RUN}/a`, 'report.md'],
    ['status'],
    ['status', RUN],
    ['status', RUN, '--json'],
    ['status', 'nothing'],
    ['list'],
    ['list', '--json'],
  ])('answers like the parser: swarm %s %s %s %s', async (...argv) => {
    const args = argv.filter((one) => one !== undefined);
    const now = () => '2026-11-22T18:20:00.000Z';
    const [plain, parsed] = await Promise.all(
      [callPlainly, callCli].map((call) =>
        inRepository(async (cwd) => {
          const answer = await call(args, { cwd, now, readStdin });
          return JSON.parse(JSON.stringify(answer).replaceAll(cwd, '<repository>'));
        }),
      ),
    );

    expect(plain).not.toBeNull();
    expect(plain).toEqual(parsed);
  });
});

describe('the parser gets', () => {
  it.each([
    [[]],
    [['--help']],
    [['plan', 'plan.md']],
    [['checkpoint', '--help']],
    [['checkpoint', `${RUN}/a`, '60']],
    [['checkpoint', `${RUN}/a`, '60', 'two', 'messages']],
    [['checkpoint', `${RUN}/a`, '-5', 'below nothing']],
    [['checkpoint', '--', `${RUN}/a`, '60', '- a list']],
    [['result', `${RUN}/a`, '--stored', 'results/a.md']],
    [['status', '--follow']],
    [['status', '--jso']],
    [['list', 'more']],
    [['list', '--limit', '3']],
  ])('%j', (argv) => {
    expect(readPlainCall(argv, elsewhere)).toBeNull();
  });

  it('a status on a terminal, which may follow the run', () => {
    expect(readPlainCall(['status'], onTerminal)).toBeNull();
    expect(readPlainCall(['status', '--json'], onTerminal)).not.toBeNull();
    expect(readPlainCall(['list'], onTerminal)).not.toBeNull();
  });
});
