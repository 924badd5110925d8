import { expect, it } from 'vitest';
import { classifyCommand } from '../../../src/command-policy/classify-command.ts';

const ROOT = '/home/dev/shop';
const CONTEXT = { cwd: `${ROOT}/web`, root: ROOT, home: '/home/dev' };

/** The files that a command writes, relative to its directory; `a <- b` stands for `b` put into `a`. */
function written(command: string): string[] {
  const { writes } = classifyCommand(command, CONTEXT);
  const shown = writes.map(({ path, names }) => {
    const file = path.replace(`${CONTEXT.cwd}/`, '').replace(ROOT, '..');
    return names ? `${file} <- ${names.join(' ')}` : file;
  });
  return [...new Set(shown)];
}

it.each([
  ['echo hi > a.md', ['a.md']],
  ['{ date; ls; } >> "a b.md" 2> err.log', ['a b.md', 'err.log']],
  ["cat > a.md <<'EOF'\nrm b.md > c.md\nEOF", ['a.md']],
  ['make &> build.log', ['build.log']],
  ['npm test 2>&1 | tee -a test.log more.log', ['test.log', 'more.log']],
  ['cd .. && echo hi > a.md', ['../a.md']],
  ['(cd src; rm a.ts); rm b.ts', ['src/a.ts', 'b.ts']],
  ['rm -f -- a.ts -b.ts', ['a.ts', '-b.ts']],
  ['rm -rf src/legacy', ['src/legacy']],
  ['mv a.ts src/b.ts', ['a.ts', 'src/b.ts <- a.ts']],
  ['cp -r one/a.ts two/b.ts src', ['src <- a.ts b.ts']],
  ['cp *.ts src', ['src <- ']],
  ['cp -t src a.ts b.ts', ['src <- a.ts b.ts']],
  ['install -m 755 a.sh bin', ['bin <- a.sh']],
  ['git mv a.ts b.ts', ['a.ts', 'b.ts <- a.ts']],
  ['git -C .. rm a.ts', ['../a.ts']],
  ["sed -i 's/a/b/' a.ts b.ts", ['a.ts', 'b.ts']],
  ["sed -i.bak -E -e 's/a/b/' -e 's/c/d/' a.ts", ['a.ts']],
  ["sed -i '' 's/a/b/' a.ts", ['a.ts']],
  ["perl -0777 -pi -e 's/a/b/' a.ts b.ts", ['a.ts', 'b.ts']],
  ['rm *.ts src/?.ts', ['*.ts', 'src/?.ts']],
  ['ln -sf a.ts b.ts', ['b.ts <- a.ts']],
  ['truncate -s 0 a.log; dd if=a of=b.img bs=1M', ['a.log', 'b.img']],
  ['git checkout HEAD~1 -- a.ts; git checkout main b.ts', ['a.ts', 'b.ts']],
  ['git restore -s main a.ts; git restore -SW b.ts', ['a.ts', 'b.ts']],
  ['curl -sSLo a.tgz https://example.com/a; wget https://example.com/b.tgz?c', ['a.tgz', 'b.tgz']],
  ["sed --in-place=.bak --expression='s/a/b/' a.ts", ['a.ts']],
  ['for f in a b; do rm "$f.ts"; done', ['a.ts', 'b.ts']],
  ["bash -c 'echo hi > a.md'", ['a.md']],
  ['OUT=docs; echo hi > "$OUT/a.md"', ['docs/a.md']],
  ['echo hi > ~/a.md', ['/home/dev/a.md']],
])('finds that %j writes %j', (command, files) => {
  expect(written(command)).toEqual(files);
});

it.each([
  'cat a.md | grep b < c.md',
  'make > /dev/null 2>&1',
  'exec 3>&-',
  "sed -n 's/a/b/p' a.ts",
  'git rm --cached a.ts',
  'git mv',
  'cp a.ts',
  'cp a.ts dev@host:src',
  'rm "$FILE" "$(pick)" src/[ab].ts',
  "sed -E 's/a/b/' a.ts; perl -ne print a.ts; truncate --help",
  'git checkout main; git checkout -b a.ts; git restore --staged a.ts',
  'curl -s localhost:3000 -o /dev/null; wget -qO- localhost:3000/a.ts',
  'cd "$DIR" && rm a.ts',
  'echo hi > "$DIR/a.md"',
  'ssh host "rm /home/dev/shop/a.ts"',
  'docker exec web sh -c "echo hi > /app/a.md"',
  'pnpm rm lodash',
  'echo "rm a.ts"',
])('finds that %j writes no file that its text names', (command) => {
  expect(written(command)).toEqual([]);
});
