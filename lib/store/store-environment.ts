/** What is read of the environment: the user and the password of Neo4j, which a URL should not hold. */
export type StoreEnvironment = Readonly<Record<string, string | undefined>>;
