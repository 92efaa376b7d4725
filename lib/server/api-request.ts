/** As much of a request as the API looks at: the platform's own `Request` is one, and Node's needs no copy to be one. */
export interface ApiRequest {
  readonly method: string;
  /** With scheme and host. */
  readonly url: string;
  readonly headers: { readonly get: (name: string) => string | null };
  readonly body: { readonly getReader: () => BodyReader } | null;
}

interface BodyReader {
  readonly read: () => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  readonly releaseLock: () => void;
}
