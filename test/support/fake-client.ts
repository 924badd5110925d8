/** @param bodies what the client does for each task; `say` prints one line of its stream */
export function fakeClient(bodies: Readonly<Record<string, string>>): string {
  const cases = Object.entries(bodies).map(
    ([task, body]) => `${JSON.stringify(task)}: () => {${body}}`,
  );
  return `
if (process.argv[2] === '--version') return console.log('2.1.330 (Claude Code)');
const { spawn } = require('node:child_process');
const say = (line) => console.log(JSON.stringify(line));
const report = (result) => say({ type: 'result', subtype: 'success', is_error: false, result });
const [, task] = /^swarm:[^/]+[/](\\S+)/.exec(require('node:fs').readFileSync(0, 'utf8'));
({ ${cases.join(',\n')} })[task]();
`;
}
