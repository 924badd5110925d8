export const SHELLS = ['bash', 'zsh', 'fish'];

/** A command as a shell completes it. */
interface CompletedCommand {
  name: string;
  summary: string;
  /** Whether it takes the id of a run or task. */
  takesNames: boolean;
}

/** The completion script for a shell; null if there is none. */
export function renderCompletion(
  shell: string,
  commands: readonly CompletedCommand[],
): string | null {
  if (shell === 'bash') return renderBash(commands);
  if (shell === 'zsh') return renderZsh(commands);
  return shell === 'fish' ? renderFish(commands) : null;
}

const namesOf = (commands: readonly CompletedCommand[]) =>
  commands.map(({ name }) => name).join(' ');
const takingNames = (commands: readonly CompletedCommand[]) =>
  commands.filter(({ takesNames }) => takesNames).map(({ name }) => name);

function renderBash(commands: readonly CompletedCommand[]): string {
  return `# bash completion for swarm. Load it with: eval "$(swarm completion bash)"
_swarm() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${namesOf(commands)}" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
    ${takingNames(commands).join('|')})
      COMPREPLY=($(compgen -W "$(swarm completion names 2>/dev/null)" -- "$word")) ;;
  esac
}
complete -o default -F _swarm swarm
`;
}

function renderZsh(commands: readonly CompletedCommand[]): string {
  const list = commands
    .map(
      ({ name, summary }) => `    ${quote(`${name}:${summary.replaceAll(':', String.raw`\:`)}`)}`,
    )
    .join('\n');
  return `#compdef swarm
# zsh completion for swarm. Load it with: eval "$(swarm completion zsh)"
_swarm() {
  local -a commands
  commands=(
${list}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "\${words[2]}" in
    ${takingNames(commands).join('|')})
      compadd -- \${(f)"$(swarm completion names 2>/dev/null)"}
      _files ;;
    *) _files ;;
  esac
}
compdef _swarm swarm
`;
}

function renderFish(commands: readonly CompletedCommand[]): string {
  const own = commands.map(
    ({ name, summary }) =>
      `complete -c swarm -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
  );
  const names = `complete -c swarm -n '__fish_seen_subcommand_from ${takingNames(commands).join(' ')}' -a '(swarm completion names 2>/dev/null)'`;
  return `# fish completion for swarm. Load it with: swarm completion fish | source
${[...own, names].join('\n')}
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
