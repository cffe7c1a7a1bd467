import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type TestCertificate = {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly certificate: Buffer;
  readonly key: Buffer;
  remove(): void;
};

/** A certificate for this machine, signed by itself and good for a day: no key is kept in a repository. */
export function makeCertificate(): TestCertificate {
  const directory = mkdtempSync(join(tmpdir(), "pista-local-page-"));
  const certificateFile = join(directory, "certificate.pem");
  const keyFile = join(directory, "key.pem");
  const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  const files = ["-keyout", keyFile, "-out", certificateFile, "-days", "1"];
  execFileSync("openssl", [...kind, ...files, ...names], { stdio: "ignore" });
  return {
    certificateFile,
    keyFile,
    certificate: readFileSync(certificateFile),
    key: readFileSync(keyFile),
    remove: () => rmSync(directory, { recursive: true }),
  };
}
