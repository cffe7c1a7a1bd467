import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const program = "/usr/bin/openssl";
export const canMakeCertificate = existsSync(program);

/** A certificate for the loopback, signed by itself and good for a day. */
export function makeCertificate(directory: string): { certificateFile: string; keyFile: string } {
  const certificateFile = join(directory, "test-certificate.pem");
  const keyFile = join(directory, "test-key.pem");
  execFileSync(
    program,
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
      ...["-keyout", keyFile, "-out", certificateFile, "-days", "1"],
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
    ],
    { stdio: "ignore" },
  );
  return { certificateFile, keyFile };
}
