import { type Finding, ok, warning } from "./finding.ts";

/** Whether messages are signed with a key of one's own. */
export function checkKey(authenticated: boolean): Finding {
  return authenticated ? ok("key", "LB_KEY is set") : warning(
    "key",
    "LB_KEY is not set: anyone on the network can offer a server or question an agent",
    "set LB_KEY in /etc/lb/lb.env on every machine to what `lb-frontend keygen` prints",
  );
}
