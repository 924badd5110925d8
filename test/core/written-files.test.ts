import { expect, it } from 'vitest';
import { examineCommand } from '../../src/core/irreversible.ts';

const ROOT = '/home/dev/shop';
const CONTEXT = { cwd: `${ROOT}/web`, root: ROOT, home: '/home/dev' };

/** The files that a command writes, from the directory it starts in; `a <- b` for `b` in `a`. */
function written(command: string): string[] {
  const { writes } = examineCommand(command, CONTEXT);
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
  ['git mv a.ts b.ts', ['a.ts', 'b.ts <- a.ts']],
  ['git -C .. rm a.ts', ['../a.ts']],
  ["sed -i 's/a/b/' a.ts b.ts", ['a.ts', 'b.ts']],
  ["sed -i.bak -E -e 's/a/b/' -e 's/c/d/' a.ts", ['a.ts']],
  ["sed -i '' 's/a/b/' a.ts", ['a.ts']],
  ["sed --in-place=.bak --expression='s/a/b/' a.ts", ['a.ts']],
  ['for f in a b; do rm "$f.ts"; done', ['a.ts', 'b.ts']],
  ["bash -c 'echo hi > a.md'", ['a.md']],
  ['OUT=docs; echo hi > "$OUT/a.md"', ['docs/a.md']],
  ['echo hi > ~/a.md', ['/home/dev/a.md']],
])('%j writes %j', (command, files) => {
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
  'cp -t src a.ts b.ts',
  'cp a.ts dev@host:src',
  'rm "$FILE" "$(pick)" *.ts src/{1..3}?.ts',
  'cd "$DIR" && rm a.ts',
  'echo hi > "$DIR/a.md"',
  'ssh host "rm /home/dev/shop/a.ts"',
  'docker exec web sh -c "echo hi > /app/a.md"',
  'pnpm rm lodash',
  'echo "rm a.ts"',
])('%j writes nothing that is known', (command) => {
  expect(written(command)).toEqual([]);
});
