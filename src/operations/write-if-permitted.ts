/**
 * Writes what a command that only shows a run writes by the way: to be shown it one needs no right to
 * write, and no room on the disk.
 * @param onRefusal told what the system refused
 */
export function writeIfPermitted(write: () => void, onRefusal: (message: string) => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    onRefusal(`the files of the run stay as they were: ${error.message}`);
  }
}
