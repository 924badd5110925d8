// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell commands
import { describe, expect, it } from 'vitest';
import { findMatch, ruleOf } from '../../../support/command-policy.ts';

describe('a command in a substitution', () => {
  it.each([
    'echo $(X)',
    'echo "a $(X) b"',
    'echo `X`',
    'A=$(X)',
    'A+=("$(X)")',
    'A=1 B=$(X) make',
    'export A="$(X)"',
    'local a[$(X)]=1',
    'a[$(X)]=1',
    'echo "${a[$(X)]}"',
    'echo "${#a[$(X)]}"',
    'echo ${A:-$(X)}',
    'echo ${A:+$(X)}',
    'echo "${A/$(X)/b}"',
    'echo "${A%$(X)}"',
    'echo ${A:$(X)}',
    'echo $((1 + $(X)))',
    '((a = $(X)))',
    '[[ -n $(X) ]]',
    '[ "$(X)" = a ]',
    'echo {a,$(X)}',
    'echo @(a|$(X))',
    'for a in $(X); do :; done',
    'for ((i = $(X); i < 3; i++)); do :; done',
    'case $(X) in a) ;; esac',
    'case a in $(X)) ;; esac',
    'select a in $(X); do :; done',
    'until $(X); do :; done',
    'cat < "$(X)"',
    'cat < <(X)',
    'echo a > "$(X)"',
    'echo a | tee >(X)',
    'cat <<END\n$(X)\nEND',
    'cat <<< "$(X)"',
    'coproc X',
    '! X',
    'f() (X)',
    'if a; then b; elif X; then c; fi',
    'a || b && X',
    'bash -c "echo $(X)"',
    'bash -c \'echo "$(X)"\'',
    '"$(X)"',
  ])('is found in %s', (template) => {
    expect(ruleOf(template.replace('X', 'git push -f'))).toBe('force-push');
  });

  it.each([
    "echo '$(X)'",
    'echo "\\$(X)"',
    'echo \\`X\\`',
    "cat <<'END'\n$(X)\nEND",
    'cat <<END\nX\nEND',
    'echo a # $(X)',
    "sed -n '/$(X)/p' a",
    'A="X"',
    'git commit -m "X"',
    'case "X" in *"X"*) ;; esac',
    '[[ $a == "X" ]]',
  ])('is not found in %s, which does not run it', (template) => {
    expect(findMatch(template.replaceAll('X', 'git push -f'))).toBeNull();
  });
});
