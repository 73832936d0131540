/**
 * The file of a Unix socket: where it may stand, what it replaces, and how it goes.
 *
 * @module
 */

/** The longest path in bytes that a client can connect to (unix(7), sun_path). */
const longestPath = 107;

/** A socket that listens, and its file. */
export interface SocketFile {
  /** Accepts the clients. */
  readonly listener: Deno.UnixListener;
  /** Puts the file in its place, whatever socket is there. */
  publish(): void;
  /** Leaves the file, where it is, to another program that is about to put its own there. */
  cede(): void;
  /** Stops listening and removes the file, unless another program has put its own there since. */
  close(): void;
}

/**
 * Listens at a path, replacing the socket that a program which died has left there.
 *
 * The socket is for its owner and group alone (mode 0660). It is opened under another name and then
 * renamed, so that the file is never to be seen half made. The runtime removes the name that it
 * opened when it closes, so a program that has taken the path over since keeps its file.
 *
 * @param path An absolute path; its directory is made, for us alone, where it is missing.
 * @param publishLater Whether the program that answers there now is to go on until
 * {@linkcode SocketFile.publish}.
 * @throws {Error} in one line, where a program answers there already or the place is not fit.
 */
export async function openSocketFile(path: string, publishLater = false): Promise<SocketFile> {
  const bytes = new TextEncoder().encode(path).length;
  if (bytes > longestPath) throw new Error(`the path is over ${longestPath} bytes long`);
  const directory = path.slice(0, path.lastIndexOf("/")) || "/";
  const madeDirectory = prepareDirectory(directory);
  await requireReplaceable(path, publishLater);
  const passing = `${directory}/.${Deno.pid}`;
  const listener = listenFor(passing);
  let inode: number | null | undefined;
  const file: SocketFile = {
    listener,
    publish() {
      Deno.renameSync(passing, path);
      inode = Deno.lstatSync(path).ino;
    },
    cede() {
      inode = undefined;
    },
    close() {
      listener.close();
      if (inode !== undefined && lstatOrNull(path)?.ino === inode) Deno.removeSync(path);
      if (madeDirectory) removeIfEmpty(directory);
    },
  };
  if (!publishLater) publishOrClose(file);
  return file;
}

function publishOrClose(file: SocketFile): void {
  try {
    file.publish();
  } catch (error) {
    file.close();
    throw error;
  }
}

function lstatOrNull(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Makes the directory where it is missing; says whether it did. */
function prepareDirectory(directory: string): boolean {
  const found = lstatOrNull(directory);
  if (found === null) {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    return true;
  }
  // Its owner could put another socket in our place, and the name of a directory in /tmp is guessed.
  if (found.uid !== Deno.uid() && found.uid !== 0) {
    throw new Error(`the directory belongs to another user (number ${found.uid})`);
  }
  return false;
}

/** Nothing may be there but the socket of a program that is gone. */
async function requireReplaceable(path: string, evenAlive: boolean): Promise<void> {
  const found = lstatOrNull(path);
  if (found === null) return;
  if (!found.isSocket) throw new Error("there is a file that is no socket");
  if (!evenAlive && await answers(path)) {
    throw new Error("already running: another program answers there");
  }
}

async function answers(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function listenFor(passing: string): Deno.UnixListener {
  // Our own process number: whatever has this name is left over from a process that is gone.
  if (lstatOrNull(passing) !== null) Deno.removeSync(passing);
  return listenPrivately(passing);
}

function listenPrivately(path: string): Deno.UnixListener {
  const before = Deno.umask(0o117);
  try {
    return Deno.listen({ transport: "unix", path });
  } finally {
    Deno.umask(before);
  }
}

function removeIfEmpty(directory: string): void {
  try {
    Deno.removeSync(directory);
  } catch {
    // Something else stands in it by now: the directory stays.
  }
}
