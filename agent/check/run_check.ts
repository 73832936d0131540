import type { CheckSetting, ServiceSetting } from "../../lib/config/settings.ts";
import type { CheckResult } from "./check_result.ts";
import { checkByExecutable } from "./executable_check.ts";
import { checkByHttp } from "./http_check.ts";
import { checkByTcp, type CheckTarget } from "./tcp_check.ts";

/** Runs one check of a service, in the manner that is set. */
export function runCheck(
  target: CheckTarget,
  { kind, path }: CheckSetting,
  { name }: ServiceSetting,
): Promise<CheckResult> {
  if (kind === "tcp") return checkByTcp(target);
  return kind === "http" ? checkByHttp(target, path) : checkByExecutable(target, path, name);
}
