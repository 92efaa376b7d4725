/** The header in which `serve` writes the address at the other end of the socket, after a secret of its process. */
export const HOP_HEADER = "x-faultline-hop";
