/**
 * `swarm guard` beside its supervisor. For hours it only waits for the end of its stdin, so it loads the
 * command line when that has come, and not at all if the supervisor has written something before: then
 * that one ended in an orderly way.
 */
let isReleased = false;
process.stdin
  .on('data', () => {
    isReleased = true;
  })
  .once('end', () => {
    if (!isReleased) require('./cli.ts');
  });
