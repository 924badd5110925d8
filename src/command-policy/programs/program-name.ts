/** Other names of programs, by which packages, forks and platforms call them. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['@changesets/cli', 'changeset'],
  ['@railway/cli', 'railway'],
  ['cockroachdb', 'cockroach'],
  ['apt-get', 'apt'],
  ['bazelisk', 'bazel'],
  ['esptool.py', 'esptool'],
  ['firebase-tools', 'firebase'],
  ['flyctl', 'fly'],
  ['git_filter_repo', 'git-filter-repo'],
  ['gmake', 'make'],
  ['gradlew', 'gradle'],
  ['gtimeout', 'timeout'],
  ['gxargs', 'xargs'],
  ['huggingface-cli', 'hf'],
  ['k', 'kubectl'],
  ['kubecolor', 'kubectl'],
  ['mariadb', 'mysql'],
  ['mariadb-admin', 'mysqladmin'],
  ['mongo', 'mongosh'],
  ['mvnw', 'mvn'],
  ['nerdctl', 'docker'],
  ['netlify-cli', 'netlify'],
  ['nodejs', 'node'],
  ['ntl', 'netlify'],
  ['oc', 'kubectl'],
  ['podman', 'docker'],
  ['pnpx', 'npx'],
  ['rake', 'rails'],
  ['sls', 'serverless'],
  ['tf', 'terraform'],
  ['tofu', 'terraform'],
]);

const PLAIN = /^[a-z_-]+$/;
const VERSION_OF_PACKAGE = /(?<=.)@.*$|:(?:v?\d[\w.-]*|latest)$/s;
const EXTENSION = /\.(?:exe|cmd|bat)$/i;
const INTERPRETER_VERSION = /^(python|pip|ruby|php|node)[\d.]+$/;

/**
 * The name under which tables list a program: `rm` for `/usr/bin/rm`, `vercel` for `vercel@latest`,
 * `terraform` for `tofu` and for the image `hashicorp/terraform:1.7`.
 */
export function programOf(name: string): string {
  if (PLAIN.test(name)) return ALIASES.get(name) ?? name;
  const path = name.replace(VERSION_OF_PACKAGE, '');
  const base = path.slice(path.lastIndexOf('/') + 1).replace(EXTENSION, '');
  const program = base.replace(INTERPRETER_VERSION, '$1');
  return ALIASES.get(path) ?? ALIASES.get(program) ?? program;
}
