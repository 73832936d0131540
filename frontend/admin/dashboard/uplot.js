/**
 * Stands for the plotting library where types are checked; the server gives the page its small build
 * under this name.
 *
 * @module
 */
export { default } from "uplot";
