import { type AddressInfo, createServer } from "node:net";
import { gzipSync } from "node:zlib";
import { createManualClock } from "@pista/kernel/testing";
import { afterEach, describe, expect, test } from "vitest";
import { type FeedAnswer, type FeedSource, openFeedSource } from "../testing/feed-source.ts";
import { createOutbound, outboundLimits } from "./outbound.ts";
import { isPublicAddress } from "./public-address.ts";

const clock = createManualClock();
const never = new AbortController().signal;
const sources: FeedSource[] = [];
const open = async (answer: FeedAnswer): Promise<FeedSource> => {
  const source = await openFeedSource(answer);
  sources.push(source);
  return source;
};
afterEach(async () => {
  await Promise.all(sources.splice(0).map((source) => source.close()));
});

const asking = (
  url: string,
  options: { isPublicOnly?: boolean; addresses?: readonly string[] } = {},
) => {
  const outbound = createOutbound({
    clock,
    mayReach: options.isPublicOnly ? isPublicAddress : () => true,
    resolve: async () => options.addresses ?? ["127.0.0.1"],
  });
  return outbound(url, {}, never);
};
const faultOf = async (answer: ReturnType<typeof asking>): Promise<string> => {
  const result = await answer;
  return result.ok ? `status ${result.value.status}` : result.fault.kind;
};

describe("[SE1] where it may not go", () => {
  test("the loopback is refused without the setting, with words that name it", async () => {
    const source = await open((response) => response.end());
    const answer = await asking(source.url, { isPublicOnly: true });
    expect(answer).toMatchObject({ ok: false, fault: { kind: "private-address" } });
    expect(JSON.stringify(answer)).toMatch(/127\.0\.0\.1 .*--feeds-may-reach-private/);
    expect(source.asked).toHaveLength(0);
  });

  test.each([
    ["a private address", ["10.0.0.5"]],
    ["one of several that is private", ["93.184.215.14", "10.0.0.5"]],
    ["the machine's own metadata", ["169.254.169.254"]],
    ["IPv4 in IPv6", ["::ffff:127.0.0.1"]],
  ])("a name that leads to %s is refused", async (_, addresses) => {
    const answer = await asking("http://feed.example/", { isPublicOnly: true, addresses });
    expect(answer).toMatchObject({ ok: false, fault: { kind: "private-address" } });
    // What is inside is nobody's business outside.
    expect(JSON.stringify(answer)).not.toContain(addresses[0]);
  });

  test.each([
    "http://0x7f.1/",
    "http://2130706433/",
    "http://017700000001/",
    "http://127.1/",
    "http://[::1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::a00:1]/",
    "http://0/",
  ])("%s is refused however it is written", async (url) => {
    expect(await faultOf(asking(url, { isPublicOnly: true }))).toBe("private-address");
  });

  test("a name is resolved once: what was checked is what is connected to", async () => {
    const source = await open((response) => response.end("here"));
    let resolutions = 0;
    const outbound = createOutbound({
      clock,
      mayReach: () => true,
      async resolve() {
        resolutions += 1;
        return resolutions === 1 ? ["127.0.0.1"] : ["10.255.255.1"];
      },
    });
    const answer = await outbound(`http://rebinding.example:${source.port}/`, {}, never);
    expect(answer.ok && Buffer.from(answer.value.body).toString()).toBe("here");
    expect(resolutions).toBe(1);
    expect(source.asked[0]?.headers.host).toBe(`rebinding.example:${source.port}`);
  });

  test.each(["ftp://feed.example/", "file:///etc/passwd", "data:,x", "nothing", "//x"])(
    "%s is not asked",
    async (url) => expect(await faultOf(asking(url))).toBe("bad-address"),
  );

  test("a URL with a password is refused without telling it", async () => {
    const answer = await asking("http://me:secret@feed.example/?key=secret");
    expect(answer).toMatchObject({ ok: false, fault: { kind: "bad-address" } });
    expect(JSON.stringify(answer)).not.toContain("secret");
  });
});

describe("[SE1] redirects", () => {
  const redirectTo =
    (location: string): FeedAnswer =>
    (response) =>
      response.writeHead(302, { location }).end();

  test.each(["http://127.0.0.2/", "http://[::1]/", "http://inside.example/", "//10.0.0.1/"])(
    "one from an address that may be reached to %s is refused",
    async (location) => {
      const source = await open(redirectTo(location));
      const outbound = createOutbound({
        clock,
        mayReach: (address) => address === "127.0.0.1" || isPublicAddress(address),
        resolve: async () => ["192.168.0.9"],
      });
      expect(await faultOf(outbound(source.url, {}, never))).toBe("private-address");
      expect(source.asked).toHaveLength(1);
    },
  );

  test("three are followed, also relative ones, a fourth is not", async () => {
    const source = await open((response, { url }) => {
      const hop = Number(url?.slice(1));
      if (hop === 0) response.end("arrived");
      else response.writeHead(307, { location: `/${hop - 1}` }).end();
    });
    const from = (hops: number) => asking(`http://127.0.0.1:${source.port}/${hops}`);
    expect(await faultOf(from(3))).toBe("status 200");
    expect(source.asked).toHaveLength(4);
    expect(await faultOf(from(4))).toBe("too-many-redirects");
    expect(source.asked).toHaveLength(8);
  });

  test.each(["file:///etc/passwd", "http://me:secret@feed.example/", "http://"])(
    "one to %s is refused",
    async (location) => {
      const source = await open(redirectTo(location));
      expect(await faultOf(asking(source.url))).toBe("bad-address");
    },
  );
});

describe("limits", () => {
  test("a body over the limit is hung up on, without an end or with a length", async () => {
    const closed: Promise<void>[] = [];
    const endless: FeedAnswer = (response) => {
      closed.push(new Promise((resolve) => response.once("close", resolve)));
      const more = (): void => {
        while (response.write(Buffer.alloc(65_536, 32)));
      };
      response.on("drain", more);
      more();
    };
    const source = await open(endless);
    expect(await faultOf(asking(source.url))).toBe("too-large");
    source.answer = (response) => response.end(Buffer.alloc(outboundLimits.bodyBytesMax + 1));
    expect(await faultOf(asking(source.url))).toBe("too-large");
    source.answer = (response) => response.end(Buffer.alloc(outboundLimits.bodyBytesMax));
    expect(await faultOf(asking(source.url))).toBe("status 200");
    expect(closed).toHaveLength(1);
    await Promise.all(closed);
  });

  test("no compression is asked for, and a compressed answer is refused", async () => {
    const source = await open((response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("bomb")),
    );
    expect(await faultOf(asking(source.url))).toBe("encoded");
    expect(source.asked[0]?.headers["accept-encoding"]).toBe("identity");
  });

  test("a source that drips byte by byte is left when its time is over", async () => {
    const closed: Promise<void>[] = [];
    const source = await open((response) => {
      closed.push(new Promise((resolve) => response.once("close", resolve)));
      response.write("<traffic_data");
      clock.advance(outboundLimits.wholeMsMax - 1);
      response.write(" ");
      setImmediate(() => clock.advance(1));
    });
    expect(await faultOf(asking(source.url))).toBe("timed-out");
    await Promise.all(closed);
  });

  test("a name that is not resolved, or has no address, is told as such", async () => {
    const withResolver = (resolve: () => Promise<string[]>) =>
      createOutbound({ clock, mayReach: () => true, resolve })("http://feed.example/", {}, never);
    const missing = Object.assign(new Error("of 10.0.0.1"), { code: "ENOTFOUND" });
    expect(await withResolver(() => Promise.reject(missing))).toEqual({
      ok: false,
      fault: { kind: "unresolved", detail: "feed.example: ENOTFOUND." },
    });
    const waiting = faultOf(withResolver(() => new Promise(() => {})));
    clock.advance(outboundLimits.connectMsMax);
    expect(await waiting).toBe("timed-out");
  });

  test("one that does not accept in time is left, one that refuses is unreachable", async () => {
    // It accepts the connection and never speaks TLS.
    const silent = createServer(() => clock.advance(outboundLimits.connectMsMax));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo; // It listens on a port and not on a pipe.
    expect(await faultOf(asking(`https://127.0.0.1:${port}/`))).toBe("timed-out");
    await new Promise((resolve) => silent.close(resolve));
    expect(await faultOf(asking(`http://127.0.0.1:${port}/`))).toBe("unreachable");
  });

  test("a body that breaks off is not taken for a whole one", async () => {
    const source = await open((response) => {
      response.writeHead(200, { "content-length": "1000" }).write("half", () => response.destroy());
    });
    expect(await faultOf(asking(source.url))).toBe("cut-short");
  });

  test("whoever stops does not wait", async () => {
    const stopping = new AbortController();
    const source = await open(() => stopping.abort());
    const outbound = createOutbound({ clock, mayReach: () => true, resolve: async () => [] });
    expect((await outbound(source.url, {}, stopping.signal)).ok).toBe(false);
    expect((await outbound(source.url, {}, stopping.signal)).ok).toBe(false);
    expect(source.asked).toHaveLength(1);
  });
});
