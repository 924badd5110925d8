import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSubject } from './english/check-subject.ts';
import { checkFile, type Finding } from './english/find-markers.ts';

/**
 * Finds the worst habits of `docs/style.md` in comments, messages, documents, test titles and commit
 * subjects, and counts them for each room. With paths, only in the files below them.
 *
 *     tsx scripts/check-english.ts [path …]
 */

const ROOT = join(import.meta.dirname, '..');
/** The rules for subjects do not apply to this commit and its ancestors. */
const ANCHOR = 'e33cfa4';
const CHECKED =
  /^(?:(?:src|hooks|scripts|bench|test)\/.*\.tsx?|(?:docs|commands|agents)\/.*\.md|[A-Z]+\.md)$/;
/** The markers themselves, their tests, and shell commands that are test data. */
const EXEMPT = /^(?:scripts\/english\/markers\.ts|test\/unit\/english\.test\.ts|test\/fixtures\/)/;

function git(...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Tracked and new files; with paths, only those below them. */
function filesToCheck(paths: readonly string[]): string[] {
  return git('ls-files', '--cached', '--others', '--exclude-standard', '--', ...paths)
    .split('\n')
    .filter((file) => CHECKED.test(file) && !EXEMPT.test(file) && existsSync(join(ROOT, file)));
}

/** @returns null if the history does not contain the anchor, as in a shallow clone */
function readSubjects(): { hash: string; subject: string }[] | null {
  try {
    git('merge-base', '--is-ancestor', ANCHOR, 'HEAD');
  } catch {
    return null;
  }
  return git('log', '--no-merges', '--format=%h %s', `${ANCHOR}..HEAD`)
    .split('\n')
    .filter(Boolean)
    .map((line) => ({
      hash: line.slice(0, line.indexOf(' ')),
      subject: line.slice(line.indexOf(' ') + 1),
    }));
}

/** The room of a file of `src/`, otherwise its top-level folder. */
function roomOf(file: string): string {
  return /^src\/[^/]+/.exec(file)?.[0] ?? (file.includes('/') ? file.replace(/\/.*/, '') : 'root');
}

function groupBy(findings: readonly Finding[], keyOf: (finding: Finding) => string) {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return groups;
}

function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

function printFindings(findings: readonly Finding[]): void {
  for (const [file, hits] of groupBy(findings, ({ file }) => file)) {
    print(`${file} (${hits.length})`);
    for (const { line, found, instead } of hits) print(`  ${line}: "${found}" (${instead})`);
  }
}

/** @returns how many subjects break the rules */
function checkSubjects(): number {
  const subjects = readSubjects();
  if (subjects === null) {
    print(`commit subjects: not checked, the history does not contain ${ANCHOR}`);
    return 0;
  }
  const faulty = subjects.flatMap(({ hash, subject }) => {
    const faults = checkSubject(subject);
    return faults.length > 0 ? [`  ${hash} ${subject}\n    ${faults.join('; ')}`] : [];
  });
  print(`commit subjects: ${faulty.length} of ${subjects.length}`);
  for (const text of faulty) print(text);
  return faulty.length;
}

const paths = process.argv.slice(2);
const findings = filesToCheck(paths).flatMap((file) =>
  checkFile(file, readFileSync(join(ROOT, file), 'utf8')),
);
printFindings(findings);
print();
for (const [room, hits] of groupBy(findings, ({ file }) => roomOf(file))) {
  print(`${room}: ${hits.length}`);
}
const faultySubjects = paths.length > 0 ? 0 : checkSubjects();
process.exitCode = findings.length + faultySubjects > 0 ? 1 : 0;
