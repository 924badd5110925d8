import { expect, it } from 'vitest';
import { classifyCommand } from '../../../src/command-policy/classify-command.ts';
import { swarmRules } from '../../../src/hooks/swarm-command-rules.ts';

const RUN = '20261122-181530-412abc';
const CONTEXT = { cwd: '/home/dev/shop', root: '/home/dev/shop', home: '/home/dev' };

function matchFor(command: string, task?: string) {
  return classifyCommand(command, { ...CONTEXT, rules: swarmRules(task) }).match;
}

it.each([
  `swarm checkpoint ${RUN}/b 100 done`,
  `swarm result ${RUN}/b - < report.md`,
  `bash -c 'swarm checkpoint ${RUN}/b 50 half'`,
])('forbids an agent to report on the task of another: %s', (command) => {
  expect(matchFor(command, `${RUN}/a`)).toMatchObject({ rule: 'change-runs', isForbidden: true });
  expect(matchFor(command, `${RUN}/b`)).toBeNull();
  expect(matchFor(command)).toBeNull();
});

it.each([
  [`swarm approve ${RUN}/a`, 'decide-for-person'],
  ['node dist/cli.cjs deny x', 'decide-for-person'],
  [`swarm cancel ${RUN}`, 'change-runs'],
  [`echo x >> .swarm/runs/${RUN}/ledger.jsonl`, 'change-runs'],
  [`cd "$X" && date | tee .swarm/runs/${RUN}/ledger.jsonl`, 'change-runs'],
])('forbids %s', (command, rule) => {
  expect(matchFor(command)).toMatchObject({ rule, isForbidden: true });
});

it.each([
  'cat ~/.local/state/swarm-parallel/hub/token',
  'curl -H "Authorization: Bearer $(cat $HOME/.local/state/swarm-parallel/hub/token)" localhost:4600',
  'swarm serve --link',
])('keeps the token of the hub from agents: %s', (command) => {
  expect(matchFor(command)).toMatchObject({ isForbidden: true });
});

it('requires a person’s approval for removing unmerged worktrees', () => {
  expect(matchFor('swarm prune --force')).toMatchObject({ rule: 'discard-work' });
  expect(matchFor('swarm prune --force')?.isForbidden).toBeUndefined();
});

it.each([
  'swarm plan --help',
  'swarm run plan.md --check',
  'swarm status',
  `echo x > .swarm/worktrees/${RUN}/a/src/x.ts`,
])('allows %s', (command) => {
  expect(matchFor(command, `${RUN}/a`)).toBeNull();
});

const SCRATCH = `.swarm/runs/${RUN}/scratch/a.2`;

const inScratch = (command: string, isInEnvironment = false) =>
  classifyCommand(command, {
    ...CONTEXT,
    rules: swarmRules(`${RUN}/a`, `runs/${RUN}/scratch/a.2`),
    scratch: { path: `${CONTEXT.root}/${SCRATCH}`, isInEnvironment },
  }).match;

it.each([
  `echo x > ${SCRATCH}/notes.md`,
  `mkdir -p ${SCRATCH}/sub && cp src/a.ts ${SCRATCH}/sub/`,
  `tar xf a.tar -C ${CONTEXT.root}/${SCRATCH}`,
  `cd ${SCRATCH} && python3 -c "open('x','w').write('y')"`,
  `rm -rf ${SCRATCH}/sub ${CONTEXT.root}/${SCRATCH}/*`,
])('lets an agent write into its own scratch directory: %s', (command) => {
  expect(inScratch(command)).toBeNull();
});

it.each([
  `echo x > .swarm/runs/${RUN}/scratch/a.1/notes.md`,
  `echo x > .swarm/runs/${RUN}/scratch/a.22/notes.md`,
  `echo x > .swarm/runs/${RUN}/scratch/b.2/notes.md`,
  `echo x > .swarm/runs/${RUN}/scratch/notes.md`,
  `echo x >> ${SCRATCH}/../../ledger.jsonl`,
  `cd ${SCRATCH} && tee -a ../../ledger.jsonl < x`,
  `ln -s ../../ledger.jsonl ${SCRATCH}/link && sponge ${SCRATCH}/../../ledger.jsonl`,
  `rm -rf .swarm/runs/${RUN}/scratch`,
  `mv ${SCRATCH}/x .swarm/runs/${RUN}/results/a.md`,
])('forbids everything beside it: %s', (command) => {
  expect(inScratch(command)).toMatchObject({ rule: 'change-runs', isForbidden: true });
});

it('follows the variable where the client of the agent has it', () => {
  expect(inScratch('rm -rf "$SWARM_SCRATCH/sub"', true)).toBeNull();
  // Without it, this would be `/sub`.
  expect(inScratch('rm -rf "$SWARM_SCRATCH/sub"')).not.toBeNull();
  expect(inScratch('echo x > "$SWARM_SCRATCH/../b.1/x"', true)).toMatchObject({
    isForbidden: true,
  });
});
