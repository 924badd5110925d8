import { readPlainCall } from '../cli/quick/plain-call.ts';

/**
 * `swarm`. Agents call some commands all the time: a call that needs no parser loads only what those
 * commands need, and every other call the whole command line.
 */
const call = readPlainCall(process.argv.slice(2), () => process.stdout.isTTY);

if (call === null) require('./full-cli.ts');
else (require('./quick-cli.ts') as typeof import('./quick-cli.ts')).answerQuickly(call);
