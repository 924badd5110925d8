import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** How many tests may need a second try before the test run fails. */
const MOST = 3;

/** Prints and counts the tests that passed only on a second try. */
export default class SecondTries implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()].filter(isFlaky));
    if (tests.length === 0) return;
    say(`\nsecond tries: ${tests.length} (more than ${MOST} fail the run)`);
    for (const test of tests) {
      const [failure] = test.result().errors ?? [];
      say(`  ${test.module.relativeModuleId} > ${test.fullName}`);
      say(`    ${failure?.message.trimEnd().split('\n').join('\n    ') ?? 'no message'}`);
    }
    if (tests.length > MOST) process.exitCode = 1;
  }
}

function isFlaky(test: TestCase): boolean {
  return test.diagnostic()?.flaky === true;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
