/** Who writes where nobody has signed in: whoever can write the store's files. */
export const LOCAL_ACTOR = { kind: "local", name: "command line", teams: [] } as const;
