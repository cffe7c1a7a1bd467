import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { addPerson, call } from "@pista/contracts";
import { type Role, roles } from "@pista/programme";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { faultWords, roleMessages } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";
import { useParts } from "../parts.ts";
import { Note } from "../shell/states.tsx";
import { Secret } from "./secret.tsx";

export function AddPersonDialog(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { say } = useWords();
  return (
    <Modal
      centered
      closeButtonProps={{ "aria-label": say("app.close") }}
      onClose={props.onClose}
      opened={props.isOpen}
      title={say("people.add")}
    >
      <AddPersonForm onClose={props.onClose} />
    </Modal>
  );
}

type Draft = { name: string; email: string; roles: readonly Role[] };

function useAddPerson() {
  const { transport } = useParts();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, email, roles: wished }: Draft) =>
      call(transport, addPerson, {
        body: { name: name.trim(), email: email.trim(), roles: [...wished] },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["people"] }),
  });
}

function AddPersonForm({ onClose }: { readonly onClose: () => void }) {
  const words = useWords();
  const { say } = words;
  const add = useAddPerson();
  const [draft, setDraft] = useState<Draft>({ name: "", email: "", roles: ["viewer"] });
  const [isTried, setTried] = useState(false);
  const faults = {
    name: draft.name.trim() === "" ? say("people.nameMissing") : null,
    email: /^[^@\s]+@[^@\s]+$/.test(draft.email.trim()) ? null : say("people.emailWrong"),
    roles: draft.roles.length === 0 ? say("people.rolesMissing") : null,
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!faults.name && !faults.email && !faults.roles) add.mutate(draft);
  };
  if (add.data) return <Added answer={add.data} onClose={onClose} />;
  return (
    <form className="person-form" noValidate onSubmit={submit}>
      <TextInput
        data-autofocus
        error={isTried ? faults.name : null}
        label={say("people.name")}
        maxLength={120}
        name="name"
        onChange={({ currentTarget }) => setDraft({ ...draft, name: currentTarget.value })}
        value={draft.name}
      />
      <TextInput
        error={isTried ? faults.email : null}
        label={say("people.email")}
        name="email"
        onChange={({ currentTarget }) => setDraft({ ...draft, email: currentTarget.value })}
        type="email"
        value={draft.email}
      />
      <RoleChoice
        chosen={draft.roles}
        fault={isTried ? faults.roles : null}
        onChange={(chosen) => setDraft({ ...draft, roles: chosen })}
      />
      {add.error ? <Note kind="stop">{faultWords(words, add.error)}</Note> : null}
      <Button loading={add.isPending} type="submit">
        {say("people.add")}
      </Button>
    </form>
  );
}

function RoleChoice(props: {
  readonly chosen: readonly Role[];
  readonly fault: string | null;
  readonly onChange: (chosen: readonly Role[]) => void;
}) {
  const { say } = useWords();
  return (
    <Checkbox.Group
      error={props.fault}
      label={say("people.roles")}
      onChange={(names) => props.onChange(roles.filter((role) => names.includes(role)))}
      value={[...props.chosen]}
    >
      <div className="person-roles">
        {roles.map((role) => (
          <Checkbox key={role} label={say(roleMessages[role])} value={role} />
        ))}
      </div>
    </Checkbox.Group>
  );
}

function Added(props: {
  readonly answer: { readonly person: { readonly name: string }; readonly password: string | null };
  readonly onClose: () => void;
}) {
  const { say } = useWords();
  const { person, password } = props.answer;
  return (
    <div className="person-form">
      <p className="person-added">{say("people.added", { name: person.name })}</p>
      {password ? (
        <Secret hint={say("people.passwordHint")} title={say("people.password")} value={password} />
      ) : null}
      <Button onClick={props.onClose}>{say("app.close")}</Button>
    </div>
  );
}
