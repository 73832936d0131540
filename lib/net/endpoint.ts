/** One side of a connection or a datagram. */
export interface Endpoint {
  /** An IPv4 or IPv6 address. */
  readonly hostname: string;
  readonly port: number;
}
