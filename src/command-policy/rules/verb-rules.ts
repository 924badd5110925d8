import type { Verdict } from '../shell/rule-set.ts';
import { READS_ONLY } from './reading-programs.ts';

export const DELETES_BY_NAME: Verdict = {
  rule: 'unknown-program',
  reason:
    'This program is not known here, and its subcommand says that it deletes or stops something.',
};
export const DELIVERS_BY_NAME: Verdict = {
  rule: 'unknown-program',
  reason:
    'This program is not known here, and its subcommand says that it publishes or deploys something.',
};

/** A subcommand such as `delete`, `delete-job` or `stanza-delete`. */
export const DELETES_VERB =
  /(?:^|[-_:])(?:delete|deleteall|destroy|terminate|purge|wipe|erase|truncate|decommission|deregister|revoke|shutdown|evict)(?:[-_:]|$)/i;
/** A subcommand such as `publish` or `full-release`; what begins with such a word is often a name. */
export const DELIVERS_VERB =
  /(?:^|[-_:])(?:publish|unpublish|submit|deploy|undeploy|redeploy|release|rollback|rollout|promote|upload|push|yank|ship)$/i;

/**
 * Programs whose arguments are files, names of tests or texts, and those whose subcommands change
 * nothing that others use: compilers, checkers, test runners, editors, virtual machines, emulators.
 */
const LOCAL_PROGRAMS =
  'ab ansible-doc ansible-lint adb apt asdf ava avdmanager aws-vault bat bazel bench bison black bloop brew buf ' +
  'bundle bundler c++ cargo-nextest cc ccache certtool checkov chmod chown clang clang-format clang-tidy cmake ' +
  'cmp code colima composer conda coverage cp cppcheck crystal csvcut csvgrep csvsql ctest cucumber cypress d2 ' +
  'dart-format dasel deadcode detekt devcontainer dlv docker-slim dot dotenv dotnet-format ed elixir emacs ' +
  'emulator erl erlc eslint eval npm pnpm yarn esbuild exiftool eza fastmod fd ffmpeg ffprobe file flake8 flatc flow fold fx fzf ' +
  'gcc gdb gem-compare ghc git git-absorb gitleaks gleam glow gofmt golangci-lint gradle-profiler graphql-codegen ' +
  'gron hadolint hatch head helm-docs hg hugo hyperfine iex infracost install isort istanbul jasmine java javac jest ' +
  'jj jbang jshell jsonlint julia just k6 karma kind kotlinc ktlint kubeconform kubeval latexmk ld less lefthook ' +
  'limactl lint-staged ln locust lua luacheck m4 magick make man markdownlint mdbook meson mise mkdir mkdocs mocha ' +
  'modd moon msbuild multipass mv mypy nano nb ncu neofetch newman nilaway ninja nodemon nox nvim nyc open ' +
  'openssl opa oxlint pandoc parallel patch pdftotext perl php phpcs phpstan phpunit pip pipx pixi playwright plop ' +
  'poetry-lint pre-commit prettier printf promtool proselint protoc psalm pylint pyright pytest python qemu quarto R ' +
  'radon readlink rector redocly reflex rebar3 rm rmdir rollup rspec rsync rubocop ruby ruff rust-analyzer rustc ' +
  'rustfmt rustup sass scala sccache scp scrapy sd sdkmanager semgrep sfdx-lint shellcheck shfmt simctl spectral ' +
  'sphinx-build sqlfluff sqlmap standard start storybook strace stylelint stylua svgo svn swc swift swiftformat ' +
  'swiftlint tail tap tar taplo tcpdump tee terraform-docs test testem texcount tflint tidy time tmux touch tox ' +
  'tree trivy ts-node tsc tsd tsx turbo typedoc typos ubt uglifyjs unzip uv uvx v vacuum vagrant vale valgrind vhs ' +
  'vi vim vint virtualenv vite vitest volta wasm-pack wdio webpack wget wrk x xargs xcodebuild xcrun xmllint yamllint ' +
  'yapf yo zip zig zola bash csh dash fish ksh sh tcsh zsh';

const IS_LOCAL: ReadonlySet<string> = new Set(LOCAL_PROGRAMS.split(' '));

/** Whether the words after a program may be anything. */
export function takesAnyWords(program: string): boolean {
  return IS_LOCAL.has(program) || READS_ONLY.has(program);
}
