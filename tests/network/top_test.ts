import { assert, assertMatch } from "@std/assert";
import { findCommand } from "../find_command.ts";
import { screenSvg } from "../terminal/screen_svg.ts";
import { Terminal } from "../terminal/terminal.ts";
import { type Cluster, mainModule, startProgram } from "./cluster.ts";
import { testCluster } from "./cluster_test_case.ts";
import { signalWebServer } from "./web_server_signal.ts";

/** Where the picture for the README is to be written; nowhere where it is not set. */
const pictureDirectory = Deno.env.get("LB_TEST_PICTURES");

const size = { columns: 136, rows: 15 };

/** Where the front end is steered, also by those who do not share its `/run`. */
const control = `/tmp/lb-top-${crypto.randomUUID()}/control.sock`;

const key = "for-this-test-alone";

const settings = { LB_CONTROL: control, LB_KEY: key };

const command = [Deno.execPath(), "run", "-A", "--cached-only", "--quiet", mainModule("frontend")];

/** The line of a server on the screen. */
function lineOf(cluster: Cluster, name: string): string {
  return `\\b${cluster.backend(name).host.address.replaceAll(".", "\\.")}:80 .*`;
}

if (findCommand("tmux") !== null) {
  testCluster(
    "top shows a cluster as it lives, and steers it",
    { backends: [], frontendSettings: settings },
    async (cluster, step) => {
      for (const name of ["one", "two", "three"]) await cluster.addBackend(name, { LB_KEY: key });
      await cluster.addBackend("four", { LB_KEY: key, LB_SERVICES: "web=80" });
      await cluster.waitUntilUp(30_000);
      await using terminal = await Terminal.open({
        ...size,
        command: [...command, "top"].join(" "),
        environment: { LB_CONTROL: control },
      });
      const load = cluster.startLoad({ perSecond: 20 });

      await step("every server has its line: state, figures, and why it is chosen", async () => {
        for (const { name } of cluster.backends) {
          await terminal.waitFor(
            new RegExp(`${lineOf(cluster, name)} up +\\d+% +\\d+% +[\\d.]+ ms`, "m"),
          );
        }
        await terminal.waitFor(/\b4 servers +4 up/);
        await terminal.waitFor(/^Next connection: 10\..*; the likeliest is /m);
        await load.servedBy("one", { since: 0, withinMs: 20_000 });
      });

      await step("a key drains the selected server, after a yes", async () => {
        await terminal.press("Down", "d");
        const { address } = cluster.backend("two").host;
        await terminal.waitFor(new RegExp(`Drain ${address}:80: .* \\(y/n\\)`));
        await terminal.press("y");
        await terminal.waitFor(new RegExp(`${lineOf(cluster, "two")}draining`, "m"));
        await terminal.waitFor(/left out: drained here by the operator/);
        const row = await cluster.row("two");
        assertMatch(row?.why ?? "", /^left out: drained here/);
      });

      await step("a server that is killed turns, with its reason", async () => {
        await signalWebServer(cluster.backend("three").host, "SIGKILL");
        await terminal.waitFor(new RegExp(`${lineOf(cluster, "three")}(down|ejected)`, "m"));
        await terminal.press("Down");
        await terminal.waitFor(/:80 is (down|ejected); left out: /);
      });

      await step("its picture shows what stands on the screen", async () => {
        await terminal.press("Home");
        await terminal.waitFor(/\b4 servers +2 up/);
        const picture = screenSvg(await terminal.painted(), size.columns, "lb-frontend top");
        assert(picture.includes("draining") && picture.includes("#daaa3f"));
        if (pictureDirectory !== undefined) {
          await Deno.writeTextFile(`${pictureDirectory}/top.svg`, picture);
        }
      });

      await step("it outlives the front end, and shows the one that comes after", async () => {
        await cluster.frontend.end("SIGTERM");
        await terminal.waitFor(/lb-frontend is not running/);
        cluster.frontend = startProgram(cluster.frontendHost, "frontend", settings);
        await terminal.waitFor(/\b4 servers +3 up/, 15_000);
      });
      await load.end();
    },
  );
}
