/** Text below the options in the help of a command; `swarm` is the help of the program itself. */
export const HELP = {
  swarm: `
Examples:
  swarm plan --check plan.md   check a plan, create no run
  swarm run plan.md            execute it
  swarm watch                  watch the newest run

Limits, retries, gates and notifications are configured in
.claude/swarm-parallel.json, which is checked along with every plan.

Exit codes: 0 done, 1 not completed, 2 invalid usage or input, 3 no such run or
task, 4 a person must act, 130 interrupted.`,

  plan: `
A plan is Markdown with YAML front matter:
  ---
  goal: Audit the auth layer
  tasks:
    - {id: routes, title: Audit the routes, agent: swarm-researcher}
    - {id: report, title: Write it down, needs: [routes], writes: ["docs/**"]}
  ---
  What every agent must know.

  ## routes
  What to do, where to look, what to report.

  ## report
  …

agent is swarm-worker (default), swarm-researcher, swarm-reviewer or any other
agent type; tier is quick (60 s), medium (10 min, default) or long (30 min).
quorum, next to tasks, is how many tasks must complete: all (default), 5 or 80%.`,

  run: `
Examples:
  swarm run plan.md --max-parallel 4 --budget-usd 5
  swarm run plan.md --allowed-tools "Bash(npm test),Edit"
  swarm run 20261122-181530-412k7x                resumes a run

\`swarm plan --help\` shows a plan. Workers cannot ask for permission: anything
not allowed is denied. Exit codes: 0 the run completed, 1 it did not, 4 it waits
for \`swarm approve\` or \`swarm deny\`, 130 interrupted.`,

  watch: `
Exit codes: 0 the run completed, 1 it did not or nothing is running, 4 every
remaining task waits for \`swarm approve\` or \`swarm deny\`, 130 interrupted.
With --until-needed, each of these but an interruption is 0: the watch did what
it was started for.`,

  resume: `
A run of \`swarm run\` is executed again at once. For a run of a Claude Code
session it shows what was completed, what was interrupted and what to launch.`,

  merge: `
The branches of a run of \`swarm run --worktrees\` are merged onto the branch
swarm/<run-id>/merged, needed tasks first, in a worktree of its own. Your
checkout stays as it is. After each merge the check runs; a merge that makes it
fail is taken back, and the others are merged. Call it again after an
interruption, or after you have corrected a branch. Exit code 1: not everything
is merged.`,

  diff: `
A task with a worktree of its own: what it changed there, committed or not. A
run: its merged branch, or what its branches would come to. Tasks without
worktrees: what changed in your checkout while their agents were running; files
that several tasks may have changed are named. Git pages and colours it as you
have configured.`,

  restore: `
Files that changed in your checkout while agents of the run, or of the tasks of
--task, were running are put back to what they were before. It shows them and
asks first. Where changes of yours or of other tasks would be lost, it names the
files and restores nothing. Commits and your index stay as they are.`,

  prune: `
Removes the git worktrees of ended runs whose branches are merged, and the
idempotency keys and snapshots of runs that no longer exist. With --older-than,
runs that ended long ago are removed with their reports and logs, unless they
have worktrees.`,

  cancel: `
In a terminal it asks before it ends work; --yes cancels without asking. Without
a terminal, name what to cancel: \`swarm list\` shows the runs.`,

  retry: `
With a run, this concerns every task that failed or was cancelled. A task whose
command you denied is retried, without that command, only if you name the task.`,

  install: `
Commands, agents and the files they need go to .claude, and hooks are merged
into .claude/settings.json. \`swarm uninstall\` removes all of it.`,

  doctor: `
Exit code 1: something is an error and keeps runs from working.`,

  serve: `
Examples:
  swarm serve                       the repository around this directory
  swarm serve --repo ../api --port 0
  swarm serve --link                sign a browser in to the running hub

Requests must carry the hub's token, as a cookie that the printed link sets or
as a bearer token. It is the value of SWARM_HUB_TOKEN; if that is unset, a token
is made once and kept where only you can read it. The hub owns no run: end it at
any time, and runs continue. A second hub for the same repository refuses to
start.`,

  worker: `
Examples:
  swarm worker --pool default=4
  swarm worker --pool gpu=1,default=3 --permission-mode acceptEdits
  swarm worker --install --allowed-tools "Bash(npm test)" --allow-checks

SWARM_QUEUE_SECRET must be the same on every machine: it signs what they send.
What a run asks for beyond the options above is refused. Ctrl-C lets what runs
end, a second one gives it back, and other workers do it.`,

  queue: `
Actions:
  status           pools, machines, and messages that no supervisor has read
  drain            workers take nothing new, and finish what runs
  resume           workers take orders again
  clean            remove what is older than --older-than days

SWARM_QUEUE_URL names the queue if --queue does not.`,

  schedule: `
Actions:
  list [name]      schedules, their next time and what became of the last one
  next [name]      the next five times
  trigger <name>   start a run now
  pause <name>     skip its times until it is resumed; --note says why
  resume <name>
  backfill <name>  fire the times of a range, --from and --to
  history [name]   what became of each firing, newest first

Schedules are in .claude/swarm-parallel.json. \`swarm serve\` starts their runs.
All actions work without it, too.`,

  webhook: `
Actions:
  list [name]      webhooks, their addresses and their last deliveries
  test <name>      pass a payload through a webhook and store nothing
  history [name]   what became of each delivery, newest first; without a name
                   also messages to other programs that have not arrived
  replay <id>      start a run for a delivery once more, or send a message again

Webhooks are in .claude/swarm-parallel.json, and \`swarm serve\` receives them.`,

  mcp: `
Over HTTP, requests must carry the value of SWARM_MCP_TOKEN as a bearer token.
If it is unset, a random token is generated and printed. Requests must name this
machine as their host: with --host 0.0.0.0, add the names that clients use with
--allow-host. The plugin brings the
server to Claude Code; other clients start \`swarm mcp\` in the repository.`,
} as const;
