import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The licences of the bundled packages, which most of them require to be passed on.
 * @param root the directory that the paths in `inputs` are relative to
 * @param inputs files that became part of a bundle
 */
export function licencesOf(root: string, inputs: readonly string[]): string {
  const packages = new Map(
    inputs.flatMap((input) => {
      const [dir, name] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
      return dir && name ? [[name, join(root, dir)] as const] : [];
    }),
  );
  return [...packages]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, dir]) => `${name}\n\n${licenceOf(dir)}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function licenceOf(dir: string): string {
  const file = readdirSync(dir).find((entry) => /^licen[cs]e/i.test(entry));
  if (file) return readFileSync(join(dir, file), 'utf8').trim();
  const { license, author } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
  return `${license}, by ${typeof author === 'string' ? author : author?.name}`;
}
