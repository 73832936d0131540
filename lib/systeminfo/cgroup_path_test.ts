import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { findCgroupPlaces } from "./cgroup_path.ts";

const v2Mount = (root: string, at = "/sys/fs/cgroup") =>
  `31 23 0:28 ${root} ${at} rw,nosuid shared:4 master:1 - cgroup2 cgroup2 rw,nsdelegate\n`;
const v1Mount = (root: string, at: string, controllers: string) =>
  `35 31 0:32 ${root} ${at} rw,relatime - cgroup cgroup rw,${controllers}\n`;

Deno.test("findCgroupPlaces finds a service in the unified hierarchy", () => {
  const { v1, v2 } = findCgroupPlaces("0::/system.slice/lb-agent.service\n", v2Mount("/"));
  assertEquals(v2, { mountPoint: "/sys/fs/cgroup", path: "/system.slice/lb-agent.service" });
  assertEquals(v1.size, 0);
});

Deno.test("findCgroupPlaces finds each controller's own place in hierarchies of version 1", () => {
  const { v1 } = findCgroupPlaces(
    "4:memory:/process_api/39048\n2:cpu,cpuacct:/jobs\n1:name=systemd:/init.scope\n",
    v1Mount("/", "/sys/fs/cgroup/memory", "memory") +
      v1Mount("/", "/sys/fs/cgroup/cpu,cpuacct", "cpu,cpuacct") +
      v1Mount("/", "/sys/fs/cgroup/cpuset", "cpuset"),
  );
  const processor = { mountPoint: "/sys/fs/cgroup/cpu,cpuacct", path: "/jobs" };
  assertEquals([...v1], [
    ["memory", { mountPoint: "/sys/fs/cgroup/memory", path: "/process_api/39048" }],
    ["cpu", processor],
    ["cpuacct", processor],
  ]);
});

Deno.test("findCgroupPlaces tells the two versions of a hybrid layout apart", () => {
  const { v1, v2 } = findCgroupPlaces(
    "1:cpu:/a\n0::/b\n",
    v1Mount("/", "/sys/fs/cgroup/cpu", "cpu") + v2Mount("/", "/sys/fs/cgroup/unified"),
  );
  assertEquals(v1.get("cpu"), { mountPoint: "/sys/fs/cgroup/cpu", path: "/a" });
  assertEquals(v2, { mountPoint: "/sys/fs/cgroup/unified", path: "/b" });
});

Deno.test("findCgroupPlaces takes off the part of the name that is above what is mounted", () => {
  // Docker on version 1 mounts the container's own cgroup, and names it as the host does.
  const mount = (root: string) => v1Mount(root, "/sys/fs/cgroup/cpu", "cpu");
  const path = "1:cpu:/docker/4f2e\n";
  assertEquals(findCgroupPlaces(path, mount("/docker/4f2e")).v1.get("cpu")?.path, "");
  assertEquals(findCgroupPlaces(path, mount("/docker")).v1.get("cpu")?.path, "/4f2e");
});

Deno.test("findCgroupPlaces takes the mount point where the name is not below it", () => {
  const mount = v1Mount("/docker/4f2", "/sys/fs/cgroup/cpu", "cpu");
  const place = findCgroupPlaces("1:cpu:/docker/4f2e\n", mount).v1.get("cpu");
  assertEquals(place, { mountPoint: "/sys/fs/cgroup/cpu", path: "" });
});

Deno.test("findCgroupPlaces prefers the mount that shows most of the way up", () => {
  const path = "0::/docker/4f2e\n";
  const mounts = [v2Mount("/docker/4f2e"), v2Mount("/", "/host/sys/fs/cgroup")];
  const expected = { mountPoint: "/host/sys/fs/cgroup", path: "/docker/4f2e" };
  assertEquals(findCgroupPlaces(path, mounts.join("")).v2, expected);
  assertEquals(findCgroupPlaces(path, mounts.toReversed().join("")).v2, expected);
});

Deno.test("findCgroupPlaces finds no place for a process outside its cgroup namespace", () => {
  assertEquals(findCgroupPlaces("0::/../other.service\n", v2Mount("/")).v2, null);
});

Deno.test("findCgroupPlaces finds no place where the hierarchy is not mounted", () => {
  const { v1, v2 } = findCgroupPlaces("1:cpu:/a\n0::/a\n", "");
  assertEquals(v1.size, 0);
  assertEquals(v2, null);
});

Deno.test("findCgroupPlaces undoes the kernel's escapes in mountinfo", () => {
  const mount = v2Mount("/machine.slice/my\\134x2dbox.scope", "/sys/fs/my\\040cgroup");
  assertEquals(findCgroupPlaces("0::/machine.slice/my\\x2dbox.scope/a\n", mount).v2, {
    mountPoint: "/sys/fs/my cgroup",
    path: "/a",
  });
});

Deno.test("findCgroupPlaces takes any text without throwing", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (membership, mountinfo) => {
    findCgroupPlaces(membership, mountinfo);
    findCgroupPlaces(`0::/${membership}`, v2Mount(`/${mountinfo}`));
  }));
});
