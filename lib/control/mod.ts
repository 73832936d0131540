/**
 * The control socket, by which a program's commands steer the one that runs.
 *
 * @module
 */
export * from "./control_client.ts";
export * from "./control_message.ts";
export * from "./control_path.ts";
export * from "./control_server.ts";
