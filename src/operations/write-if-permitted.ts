/**
 * Runs the writes of a command that only shows a run: reading a run must work without write
 * permission and with a full disk.
 * @param onRefusal called with the system's error
 */
export function writeIfPermitted(write: () => void, onRefusal: (message: string) => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    onRefusal(`could not update the files of the run: ${error.message}`);
  }
}
