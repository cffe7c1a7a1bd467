import { Button, Table } from "@mantine/core";
import type { AuditView } from "@pista/contracts";
import { useAudit, useMay } from "../http/queries.ts";
import { faultWords } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";
import { LoadingState, Note } from "../shell/states.tsx";
import { auditWords } from "./audit-words.ts";

/** Who changed what, newest first, for those who may read it. */
export function AuditList() {
  const words = useWords();
  const { say } = words;
  const isPermitted = useMay("audit.read");
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useAudit();
  if (!isPermitted) return null;
  const entries = data?.pages.flatMap(({ items }) => items);
  return (
    <section aria-label={say("audit.title")} className="audit">
      <h2>{say("audit.title")}</h2>
      {entries ? (
        <AuditTable entries={entries} />
      ) : error ? (
        <Note kind="care">
          {say("audit.failed")}. {faultWords(words, error)}
        </Note>
      ) : (
        <LoadingState label={say("app.loading")} />
      )}
      {hasNextPage ? (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()} variant="default">
          {say("audit.more")}
        </Button>
      ) : null}
    </section>
  );
}

function AuditTable({ entries }: { readonly entries: readonly AuditView[] }) {
  const words = useWords();
  const { say, formats } = words;
  if (entries.length === 0) return <p className="third">{say("audit.none")}</p>;
  return (
    <Table.ScrollContainer minWidth={320} type="native">
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say("audit.when")}</Table.Th>
            <Table.Th>{say("audit.who")}</Table.Th>
            <Table.Th>{say("audit.what")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map(({ id, at, actor, action, subject, detail }) => (
            <Table.Tr key={id}>
              <Table.Td className="figure audit-when">
                {formats.dayAndTime(Date.parse(at))}
              </Table.Td>
              <Table.Td>{actor.name}</Table.Td>
              <Table.Td>
                {auditWords(words, action)}
                {typeof detail.reason === "string" ? (
                  <span className="second"> “{detail.reason}”</span>
                ) : null}
                {/* The code stays, for whoever searches the page or the interface for it. */}
                <div className="figure third audit-code">
                  {action} {subject.id}
                </div>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
