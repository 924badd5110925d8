import { expect, it } from 'vitest';
import { findMatch } from '../../support/command-policy.ts';

it.each([
  'install -m600 l .swarm/runs/r/ledger.jsonl',
  'rsync -a /tmp/x/ .swarm/',
  'tar xf /tmp/x.tar -C .swarm/runs',
  'cd .swarm/runs/r && tar xf /tmp/x.tar',
  'cp -t .swarm/runs/r /tmp/ledger.jsonl',
  'dd if=/tmp/l of=.swarm/runs/r/ledger.jsonl',
  'unzip -o /tmp/x.zip -d .swarm/runs',
  'git worktree add .swarm/runs/r',
  'git -C .swarm/runs checkout main -- r',
  'tee -a .swarm/runs/r/ledger.jsonl < /tmp/l',
  'echo x >> .swarm/runs/r/ledger.jsonl',
  'ln -s .swarm s',
  'mv .swarm .swarm-old',
  'sed -i s/asked/approved/ .swarm/runs/r/ledger.jsonl',
  'ed .swarm/runs/r/ledger.jsonl < /tmp/script',
  'sudo sponge .swarm/runs/r/ledger.jsonl',
  "python3 -c \"open('.swarm/runs/r/ledger.jsonl','a').write('x')\"",
  "node -e \"require('fs').appendFileSync('.swarm/runs/r/ledger.jsonl','x')\"",
])('forbids an agent %j', (command) => {
  expect(findMatch(command)).toMatchObject({ rule: 'change-runs', isForbidden: true });
});

it.each([
  'cat .swarm/runs/r/results/a.md',
  'jq -c .event .swarm/runs/r/ledger.jsonl | sort | uniq -c',
  'sudo cat .swarm/runs/r/ledger.jsonl',
  'find .swarm -name "*.md" -exec head -3 {} +',
  'cp .swarm/runs/r/results/a.md /tmp/a.md',
  'tar czf /tmp/runs.tgz .swarm',
  'rsync -a --exclude .swarm/ ./ /tmp/copy/',
  'npx eslint . --ignore-pattern .swarm/',
  'echo .swarm/ >> .gitignore',
  'git status --short .swarm && git log -1 -- .swarm',
  'cd .swarm/worktrees/r/a && npm test',
  'python3 -c "print(open(\'.swarm/runs/r/ledger.jsonl\').read())"',
])('lets an agent read: %j', (command) => {
  expect(findMatch(command)).toBeNull();
});
