/** A plan to begin with: `swarm plan --example`. */
export const EXAMPLE_PLAN = `---
goal: Audit the auth layer
tasks:
  - id: routes                    # kebab-case, unique
    title: Audit the routes       # 3 to 8 words
    agent: swarm-researcher       # reads only; default swarm-worker
    tier: quick                   # quick (60 s), medium (10 min, default) or long (30 min)
  - id: tokens
    title: Fix the token expiry
    writes: ["src/tokens/**"]     # globs of the files it will change
    # check: npm test -- tokens   # the task is completed only if this passes
  - id: report
    title: Write the audit report
    needs: [routes, tokens]       # tasks that must complete first
    writes: ["docs/audit.md"]
quorum: all                       # all, a number or a percentage of tasks
---
What every agent must know: languages, conventions, what not to touch.

## routes
What to do, where to look, and what to report. Look for handlers without an auth
check in \`src/routes\`. List file, line and risk of each.

## tokens
Expired tokens are accepted as valid. Find out why and fix it.

## report
Write \`docs/audit.md\` from the reports of the other tasks.
`;
