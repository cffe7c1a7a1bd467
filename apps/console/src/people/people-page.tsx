import { Button, Table } from "@mantine/core";
import type { PersonView } from "@pista/contracts";
import { IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useMay, usePeople } from "../http/queries.ts";
import { cityDay } from "../messages/formats.ts";
import { useWords } from "../messages/use-words.ts";
import { Page } from "../shell/page.tsx";
import { EmptyState, ErrorState, LoadingState } from "../shell/states.tsx";
import { AddPersonDialog } from "./add-person-dialog.tsx";
import { ApiKeys } from "./api-keys.tsx";
import "./people-page.css";

export default function PeoplePage() {
  const { say } = useWords();
  const mayRead = useMay("people.read");
  return (
    <Page title={say("people.title")}>
      <div className="people">
        {mayRead ? <People /> : <p className="second">{say("people.notPermitted")}</p>}
        <ApiKeys />
      </div>
    </Page>
  );
}

function People() {
  const { say } = useWords();
  const { data, error, refetch } = usePeople();
  const mayManage = useMay("people.manage");
  const [isAdding, setAdding] = useState(false);
  return (
    <section aria-label={say("people.listTitle")} className="card">
      <header className="card-head">
        <h2>{say("people.listTitle")}</h2>
        {mayManage ? (
          <Button
            data-testid="add-person"
            leftSection={<IconUserPlus aria-hidden="true" size={16} />}
            onClick={() => setAdding(true)}
          >
            {say("people.add")}
          </Button>
        ) : null}
      </header>
      {!data && error ? (
        <ErrorState fault={error} retry={() => void refetch()} title={say("people.failed")} />
      ) : !data ? (
        <LoadingState label={say("app.loading")} />
      ) : data.length === 0 ? (
        <EmptyState title={say("people.none")} />
      ) : (
        <PeopleTable people={data} />
      )}
      <AddPersonDialog isOpen={isAdding} onClose={() => setAdding(false)} />
    </section>
  );
}

function PeopleTable({ people }: { readonly people: readonly PersonView[] }) {
  const { say, formats } = useWords();
  return (
    <Table.ScrollContainer minWidth={640} type="native">
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say("people.name")}</Table.Th>
            <Table.Th>{say("people.organisation")}</Table.Th>
            <Table.Th>{say("people.roles")}</Table.Th>
            <Table.Th>{say("people.since")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.map(({ id, name, email, organisation, roles, createdAt }) => (
            <Table.Tr data-testid={`person-${id}`} key={id}>
              <Table.Td>
                {name}
                <br />
                <span className="third">{email}</span>
              </Table.Td>
              <Table.Td>{organisation.name}</Table.Td>
              <Table.Td>{roles.map((role) => say(`role.${role}`)).join(", ")}</Table.Td>
              <Table.Td className="figure people-since">
                {formats.calendarDay(cityDay(new Date(createdAt)))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
