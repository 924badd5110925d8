# Starts the hook in $1, unless no run is open in the project or above. Hooks run at every prompt and
# at the end of every turn, and a shell finds that out in a small part of the time that Node needs to
# start. In case of doubt the hook starts, and looks for itself.
hook=$1
directory=${CLAUDE_PROJECT_DIR:-$PWD}
case $directory in
  /*) ;;
  *) exec node "$hook" ;;
esac
# A worker knows its run, and of two installations the hook finds out which handles events.
[ -n "$SWARM_ROOT$SWARM_ATTEMPT" ] || [ -e "$directory/.claude/swarm-parallel" ] && exec node "$hook"
while :; do
  # The runs of a worktree are in the main checkout.
  [ -f "$directory/.git" ] && exec node "$hook"
  if [ -e "$directory/.swarm" ]; then
    [ -r "$directory/.swarm/open" ] || exec node "$hook"
    for marker in "$directory"/.swarm/open/*; do
      [ -e "$marker" ] && exec node "$hook"
    done
  fi
  [ -n "$directory" ] || exit 0
  directory=${directory%/*}
done
