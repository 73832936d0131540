import { assertEquals } from "@std/assert";
import { sourcesFile } from "./sources_file.ts";

Deno.test("the key is folded into the field, empty lines as dots", () => {
  const text = sourcesFile({
    url: "http://10.0.0.1/lb",
    suite: "stable",
    component: "main",
    publicKey: "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n=aqnQ\n-----END-----\n\n",
  });
  assertEquals(
    text,
    `Types: deb
URIs: http://10.0.0.1/lb
Suites: stable
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDME
 =aqnQ
 -----END-----
`,
  );
});
