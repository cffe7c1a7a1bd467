import { Button, TextInput } from "@mantine/core";
import { type ApiKeyView, addApiKey, call, removeApiKey } from "@pista/contracts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useApiKeys } from "../http/queries.ts";
import { faultWords } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";
import { useParts } from "../parts.ts";
import { LoadingState, Note } from "../shell/states.tsx";
import { Secret } from "./secret.tsx";

export function ApiKeys() {
  const words = useWords();
  const { say } = words;
  const { data, error } = useApiKeys();
  return (
    <section aria-label={say("keys.title")} className="card">
      <header className="card-head">
        <div>
          <h2>{say("keys.title")}</h2>
          <p className="second">{say("keys.lead")}</p>
        </div>
      </header>
      <MakeKey />
      {data ? (
        <ul className="keys">
          {data.map((apiKey) => (
            <ApiKeyRow apiKey={apiKey} key={apiKey.id} />
          ))}
          {data.length === 0 ? <li className="third">{say("keys.none")}</li> : null}
        </ul>
      ) : error ? (
        <Note kind="care">
          {say("keys.failed")}. {faultWords(words, error)}
        </Note>
      ) : (
        <LoadingState label={say("app.loading")} />
      )}
    </section>
  );
}

function MakeKey() {
  const words = useWords();
  const { say } = words;
  const { transport } = useParts();
  const queries = useQueryClient();
  const [label, setLabel] = useState("");
  const [isTried, setTried] = useState(false);
  const make = useMutation({
    mutationFn: (body: { label: string }) => call(transport, addApiKey, { body }),
    onSuccess: () => {
      setLabel("");
      setTried(false);
      return queries.invalidateQueries({ queryKey: ["api-keys"] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (label.trim() !== "") make.mutate({ label: label.trim() });
  };
  return (
    <>
      <form className="key-form" onSubmit={submit}>
        <TextInput
          error={isTried && label.trim() === "" ? say("keys.labelMissing") : null}
          label={say("keys.label")}
          maxLength={80}
          name="key-label"
          onChange={({ currentTarget }) => setLabel(currentTarget.value)}
          value={label}
        />
        <Button loading={make.isPending} type="submit" variant="default">
          {say("keys.make")}
        </Button>
      </form>
      {make.error ? <Note kind="stop">{faultWords(words, make.error)}</Note> : null}
      {make.data ? <Secret title={say("keys.made")} value={make.data.secret} /> : null}
    </>
  );
}

function ApiKeyRow({ apiKey }: { readonly apiKey: ApiKeyView }) {
  const words = useWords();
  const { say, formats } = words;
  const { transport } = useParts();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call(transport, removeApiKey, { params: { apiKeyId: apiKey.id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["api-keys"] }),
  });
  const used = apiKey.lastUsedAt
    ? say("keys.used", { time: formats.dayAndTime(Date.parse(apiKey.lastUsedAt)) })
    : say("keys.neverUsed");
  const created = say("keys.created", { time: formats.dayAndTime(Date.parse(apiKey.createdAt)) });
  return (
    <li className="key" data-testid={`api-key-${apiKey.id}`}>
      <span className="key-words">
        <b>{apiKey.label}</b>
        <span className="third">
          {created}, {used}
        </span>
        {remove.error ? <span className="second">{faultWords(words, remove.error)}</span> : null}
      </span>
      <Button
        aria-label={say("keys.removeLabel", { label: apiKey.label })}
        color="stop"
        loading={remove.isPending}
        onClick={() => remove.mutate()}
        size="xs"
        variant="subtle"
      >
        {say("keys.remove")}
      </Button>
    </li>
  );
}
