import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { makeRepository, readValidDays } from "../../packaging/apt_repository.ts";
import { debianVersion } from "../../packaging/debian_version.ts";
import { keepKey, openKeyring } from "../../packaging/repository_key.ts";
import { runCommand } from "../../packaging/run_command.ts";
import { sourcesFile } from "../../packaging/sources_file.ts";
import { version } from "../../lib/version.ts";
import { names, packageOf, repository } from "./built.ts";

/** An apt that knows one repository and touches nothing of this machine. */
async function privateApt(sources: string) {
  const directory = await Deno.makeTempDir();
  for (const path of ["etc/sources.list.d", "state/lists/partial", "cache/archives/partial"]) {
    await Deno.mkdir(`${directory}/${path}`, { recursive: true });
  }
  await Deno.writeTextFile(`${directory}/etc/sources.list.d/lb.sources`, sources);
  await Deno.writeTextFile(`${directory}/status`, "");
  const options = {
    "Dir::Etc": `${directory}/etc`,
    "Dir::State": `${directory}/state`,
    "Dir::State::status": `${directory}/status`,
    "Dir::Cache": `${directory}/cache`,
    // Else apt would give up root for a user who may not read the test's files.
    "APT::Sandbox::User": "root",
    // As apt has it by itself; a machine's configuration may differ.
    "Acquire::Check-Date": "true",
    "Acquire::Check-Valid-Until": "true",
  };
  const args = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return {
    run: (command: "apt-get" | "apt-cache", ...words: string[]) =>
      runCommand(command, [...args, ...words], { cwd: directory }),
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

const sources = async (directory: string) => await Deno.readTextFile(`${directory}/lb.sources`);

/** A copy of the repository, at its own address. */
async function copyRepository(): Promise<string> {
  const directory = await Deno.makeTempDir();
  await runCommand("cp", ["-r", `${repository}/.`, directory]);
  const text = await sources(repository);
  const moved = text.replace(/^URIs: .*$/m, `URIs: file:${directory}`);
  await Deno.writeTextFile(`${directory}/lb.sources`, moved);
  return directory;
}

Deno.test("apt takes the repository by its one sources file and finds both packages", async () => {
  const directory = await copyRepository();
  await using apt = await privateApt(await sources(directory));
  await apt.run("apt-get", "update", "--error-on=any");
  for (const name of names) {
    const policy = await apt.run("apt-cache", "policy", name);
    assertStringIncludes(policy, `Candidate: ${debianVersion(version)}\n`);
    const path = packageOf(name);
    await apt.run("apt-get", "download", name);
    assertEquals(
      await runCommand("sh", ["-c", `cmp "$0" "${directory}/pool/$(basename "$0")"`, path]),
      "",
    );
  }
  await Deno.remove(directory, { recursive: true });
});

Deno.test("apt refuses the repository once its index has been changed", async () => {
  const directory = await copyRepository();
  const [architecture] = [...Deno.readDirSync(`${directory}/dists/stable/main`)];
  const place = `${directory}/dists/stable/main/${architecture?.name}`;
  await Deno.writeTextFile(`${place}/Packages`, "\n", { append: true });
  await Deno.remove(`${place}/Packages.gz`);
  await using apt = await privateApt(await sources(directory));
  await assertRejects(
    () => apt.run("apt-get", "update", "--error-on=any"),
    Error,
    "Hash Sum mismatch",
  );
  await Deno.remove(directory, { recursive: true });
});

Deno.test("apt refuses the repository under another key", async () => {
  const directory = await copyRepository();
  const keyring = await openKeyring(null);
  const publicKey = await keyring.publicKey();
  await keyring.close();
  const url = `file:${directory}`;
  await using apt = await privateApt(
    sourcesFile({ url, suite: "stable", component: "main", publicKey }),
  );
  await assertRejects(() => apt.run("apt-get", "update", "--error-on=any"), Error, "NO_PUBKEY");
  await Deno.remove(directory, { recursive: true });
});

/** A gpg with a keyring of its own. */
async function privateGpg() {
  const home = await Deno.makeTempDir();
  return {
    home,
    run: (...args: string[]) => runCommand("gpg", ["--homedir", home, "--batch", ...args]),
    [Symbol.asyncDispose]: async () => {
      await runCommand("gpgconf", ["--homedir", home, "--kill", "all"]);
      await Deno.remove(home, { recursive: true });
    },
  };
}

Deno.test("a key of one's own signs the repository", async () => {
  await using gpg = await privateGpg();
  await gpg.run("--passphrase", "", "--quick-generate-key", "own@lb.example", "ed25519", "sign");
  const key = `${gpg.home}/key.asc`;
  await Deno.writeTextFile(key, await gpg.run("--armor", "--export-secret-keys"));
  const directory = await Deno.makeTempDir();
  const packages = [packageOf("lb-agent")];
  await makeRepository({ packages, directory, url: `file:${directory}`, key, validDays: 1 });
  const place = `${directory}/dists/stable`;
  await gpg.run("--verify", `${place}/InRelease`);
  await gpg.run("--verify", `${place}/Release.gpg`, `${place}/Release`);
  await using apt = await privateApt(await sources(directory));
  await apt.run("apt-get", "update", "--error-on=any");
  await Deno.remove(directory, { recursive: true });
});

Deno.test("a key that is made is kept for its owner, and signs again", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/keys/apt-key.asc`;
  assertEquals([await keepKey(path), await keepKey(path)], [true, false]);
  assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  const publicKeys = await Promise.all([path, path].map(async (key) => {
    const keyring = await openKeyring(key);
    try {
      return await keyring.publicKey();
    } finally {
      await keyring.close();
    }
  }));
  assertEquals(publicKeys[0], publicKeys[1]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("apt refuses the repository once it is outdated, which is some months hence", async () => {
  const release = await Deno.readTextFile(`${repository}/dists/stable/Release`);
  const dateOf = (field: string) =>
    Date.parse(new RegExp(`^${field}: (.*)$`, "m").exec(release)?.[1] ?? "");
  const days = (dateOf("Valid-Until") - dateOf("Date")) / 86_400_000;
  assertEquals(Math.round(days), 180);
  const directory = await Deno.makeTempDir();
  const parts = { packages: [packageOf("lb-agent")], url: `file:${directory}`, key: null };
  await makeRepository({ ...parts, directory, validDays: -1 });
  await using apt = await privateApt(await sources(directory));
  const update = () => apt.run("apt-get", "update", "--error-on=any");
  await assertRejects(update, Error, "is expired");
  await Deno.remove(directory, { recursive: true });
});

Deno.test("the days of validity are a whole number", () => {
  assertEquals([readValidDays(undefined), readValidDays(""), readValidDays("7")], [180, 180, 7]);
  for (const text of ["0", "3651", "-1", "1.5", "week"]) {
    assertThrows(() => readValidDays(text), RangeError, "LB_APT_VALID_DAYS");
  }
});
