/** What stands below the options in the help of a command; `swarm` is the help of all. */
export const HELP = {
  swarm: `
Examples:
  swarm plan --check plan.md   look at a plan, open no run
  swarm run plan.md            execute it
  swarm watch                  follow the newest run

Limits, second attempts, gates and notifications are set in
.claude/swarm-parallel.json, which is checked with every plan.

Exit codes: 0 done, 1 not completed, 2 wrong usage or input, 3 no such run or
task, 4 a person is needed, 130 interrupted.`,

  plan: `
A plan is Markdown with YAML front matter:
  ---
  goal: Audit the auth layer
  tasks:
    - {id: routes, title: Audit the routes, agent: swarm-researcher}
    - {id: report, title: Write it down, needs: [routes], writes: ["docs/**"]}
  ---
  What every agent has to know.

  ## routes
  What to do, where to look, what to report.

  ## report
  …

agent is swarm-worker (default), swarm-researcher, swarm-reviewer or any other
agent type; tier is quick (60 s), medium (10 min, default) or long (30 min).
quorum, beside tasks, says how many have to complete: all (default), 5 or 80%.`,

  run: `
Examples:
  swarm run plan.md --max-parallel 4 --budget-usd 5
  swarm run plan.md --allowed-tools "Bash(npm test),Edit"
  swarm run 20261122-181530-412k7x                goes on with a run

\`swarm plan --help\` shows a plan. Workers can ask nobody: what is not allowed is
denied. Exit codes: 0 the run completed, 1 it did not, 4 it waits for
\`swarm approve\` or \`swarm deny\`, 130 interrupted.`,

  watch: `
Exit codes: 0 the run completed, 1 it did not or nothing is at work, 4 all that
is left waits for \`swarm approve\` or \`swarm deny\`, 130 interrupted.`,

  retry: `
A task whose command you denied is tried again, without it, only when it is
named by itself.`,

  install: `
Commands, agents and what they need go to .claude, hooks are merged into
.claude/settings.json. \`swarm uninstall\` takes all of it out again.`,

  doctor: `
Exit code 1 when something is an error, which keeps runs from working.`,

  mcp: `
Over HTTP, requests bear the token of the variable SWARM_MCP_TOKEN; without it
one is made up and printed. The plugin brings the server to Claude Code; other
clients start \`swarm mcp\` in the repository.`,
} as const;
