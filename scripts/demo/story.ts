import { type AgentScript, bash, checkpoint, result } from '../../test/support/orchestrator.ts';
import type { Reply } from '../../test/support/scripted-model.ts';
import { TOKEN_FIX } from './project.ts';

/** The script of the demo's model. Its tool calls are real: the client runs every one of them. */

export const GOAL = 'Get shortlink ready for its first release';

export const PLAN = `---
goal: ${GOAL}
tasks:
  - id: routes
    title: Check every route for authentication
    agent: swarm-researcher
    tier: quick
  - id: tokens
    title: Correct the expiry of tokens
    writes: ["src/tokens.js"]
    check: test
  - id: tests
    title: Run and judge the tests
    agent: swarm-reviewer
  - id: licences
    title: List the licences of all dependencies
    agent: swarm-researcher
    tier: quick
  - id: advisories
    title: Look for known security advisories
    agent: swarm-researcher
    tier: quick
  - id: docs
    title: Document the HTTP interface
    needs: [routes, tokens]
    writes: ["docs/api.md"]
  - id: notes
    title: Write the release notes
    needs: [docs, tests, licences]
    writes: ["CHANGELOG.md"]
quorum: 6
---
shortlink is a small Node service. Tests run with \`node --test\`.

## routes
Look in \`src/server.js\` for routes without a token check. List method, path and line of each.

## tokens
\`isValid\` in \`src/tokens.js\` takes expired tokens for valid. Find out why and correct it.

## tests
Run \`node --test\`. Say what is covered and what is not.

## licences
List the licence of every dependency and say which ones do not fit MIT.

## advisories
Look for published advisories against Node's \`node:http\` that concern this use of it.

## docs
Write \`docs/api.md\`: one section for each route, with what it takes and answers.

## notes
Write \`CHANGELOG.md\` for 1.0.0 from the reports of the other tasks.
`;

type Step = Reply | ((ref: string) => Reply);

/** A step with a delay. @param seconds before the model answers */
function after(seconds: number, step: Step): Step {
  return (ref) => ({
    ...(typeof step === 'function' ? step(ref) : step),
    delayMs: seconds * 1_000,
  });
}

function use(name: string, input: object): Reply {
  return { toolUses: [{ name, input }] };
}

const OVERLOADED: Reply = { error: { status: 529, message: 'Overloaded (injected by the demo)' } };
const FORBIDDEN: Reply = { error: { status: 403, message: 'Not allowed (injected by the demo)' } };

/** The first agent of the task gets the first script, every later agent the second. */
function inTurn(first: readonly Step[], later: readonly Step[]): AgentScript {
  let firstAgent: string | undefined;
  return ({ agentId, step }, ref) => {
    firstAgent ??= agentId;
    const script = agentId === firstAgent ? first : later;
    const reply = script[step] ?? script.at(-1) ?? {};
    return typeof reply === 'function' ? reply(ref) : reply;
  };
}

/** @param root absolute path of the project; the client's file tools take no other */
export function agentScripts(root: string): Readonly<Record<string, AgentScript>> {
  const file = (path: string) => ({ file_path: `${root}/${path}` });
  const read = (path: string) => use('Read', file(path));
  const write = (path: string, content: string) => use('Write', { ...file(path), content });
  return {
    routes: [
      after(0.3, read('src/server.js')),
      after(0.5, checkpoint(30, 'read 4 routes')),
      after(0.5, checkpoint(70, 'one route without a token check')),
      after(0.6, result(ROUTES_REPORT)),
      after(0.3, {
        text: '1 of 4 routes has no token check: `DELETE /links` (src/server.js:8) lets anyone remove a link. The other three are as intended.',
      }),
    ],
    tokens: [
      after(0.3, read('src/tokens.js')),
      after(0.5, checkpoint(25, 'the comparison is the wrong way round')),
      after(0.5, use('Edit', { ...file('src/tokens.js'), ...TOKEN_FIX })),
      after(0.3, checkpoint(60, 'corrected src/tokens.js')),
      after(0.3, bash('node --test')),
      after(0.3, checkpoint(90, 'the tests pass')),
      after(0.3, result(TOKENS_REPORT)),
      after(0.3, {
        text: 'Corrected: `isValid` compared seconds with milliseconds, and the wrong way round, so every expired token was taken for valid. The tests pass.',
      }),
    ],
    tests: [
      after(0.3, bash('node --test')),
      after(0.5, checkpoint(40, '1 test, it passes')),
      after(1, checkpoint(80, 'compared with the sources')),
      after(0.6, result(TESTS_REPORT)),
      after(0.3, {
        text: 'The one test passes. `src/server.js` and `src/tokens.js` have none: the faults found there today would have gone out.',
      }),
    ],
    licences: inTurn(
      [
        after(0.6, read('package.json')),
        after(0.5, checkpoint(20, 'read package.json')),
        after(0.6, OVERLOADED),
        OVERLOADED,
      ],
      [
        after(0.3, read('package.json')),
        after(0.5, checkpoint(60, 'no dependencies are named')),
        after(0.3, result('# Licences\n\n`package.json` names no dependency: nothing to list.')),
        after(0.3, { text: 'shortlink has no dependencies, so no licence can be in the way.' }),
      ],
    ),
    advisories: [after(0.6, read('src/server.js')), after(1, FORBIDDEN)],
    docs: [
      after(0.3, read('src/server.js')),
      after(0.3, checkpoint(35, '2 of 4 routes described')),
      after(0.5, checkpoint(75, '4 of 4 routes described')),
      after(0.3, write('docs/api.md', API_DOCUMENT)),
      after(0.3, result('# docs/api.md\n\nFour routes, each with what it takes and answers.')),
      after(0.4, {
        text: '`docs/api.md` describes all four routes. `DELETE /links` is documented as it should be, with a token.',
      }),
    ],
    notes: [
      after(0.3, checkpoint(30, 'read the reports')),
      after(0.6, write('CHANGELOG.md', CHANGELOG)),
      after(0.3, checkpoint(90, 'wrote CHANGELOG.md')),
      after(0.3, result('# Release notes\n\nWritten to `CHANGELOG.md`, with one known fault.')),
      after(0.4, {
        text: '`CHANGELOG.md` names the corrected token expiry and, as a known fault, the open `DELETE /links`. Close that before the release.',
      }),
    ],
  };
}

const ROUTES_REPORT = `# Routes without a token check

| method | path | line | token check |
|---|---|---|---|
| POST | /links | src/server.js:6 | yes |
| GET | /links | src/server.js:7 | yes |
| DELETE | /links | src/server.js:8 | **no** |
| GET | /go | src/server.js:9 | no, public on purpose |`;

const TOKENS_REPORT = `# Expiry of tokens

\`expiresAt\` is in seconds, \`now\` in milliseconds, and the comparison was the wrong way round
(src/tokens.js:3). Corrected; checked with \`node --test\`.`;

const TESTS_REPORT = `# Tests

1 test, 1 passes. Covered: \`src/links.js\`. Not covered: \`src/server.js\`, \`src/tokens.js\`.`;

const API_DOCUMENT = `# HTTP interface

## POST /links
Takes \`{slug, url}\` and a token; adds a link.

## GET /links
Takes a token; answers all slugs.

## DELETE /links
Takes \`{slug}\` and a token; removes the link.

## GET /go
Takes \`{slug}\`; answers its address.
`;

const CHANGELOG = `# Changelog

## 1.0.0
- Expired tokens are refused.
- Known fault: \`DELETE /links\` asks for no token.
`;
