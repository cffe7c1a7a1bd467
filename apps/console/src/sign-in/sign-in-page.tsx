import { Button, PasswordInput, TextInput } from "@mantine/core";
import { ApiRefusal } from "@pista/contracts";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { useMe } from "../http/queries.ts";
import { useSignIn } from "../http/use-session.ts";
import { faultWords } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";
import { Logo } from "../shell/logo.tsx";
import { Page } from "../shell/page.tsx";
import { Note } from "../shell/states.tsx";
import { useNow } from "../use-now.ts";
import "./sign-in-page.css";

/** The hub says "too many" without a duration; half a minute lets its budget fill up again. */
const throttledMs = 30_000;

/** Sign in. Where a page needed it (`isNeeded`), that page follows at the same address. */
export default function SignInPage({ isNeeded = false }: { readonly isNeeded?: boolean }) {
  const words = useWords();
  const { say } = words;
  const person = useMe().data?.person;
  return (
    <Page title={say("signIn.title")}>
      <div className="sign-in">
        <Logo sizePx={56} />
        <h2>{say("signIn.title")}</h2>
        <p className="second">{say(isNeeded ? "signIn.needed" : "signIn.lead")}</p>
        {person ? (
          <p>{say("signIn.signedInAs", { name: person.name })}</p>
        ) : (
          <SignInForm isNeeded={isNeeded} />
        )}
        <Link className="sign-in-public" to="/">
          {say("signIn.public")}
        </Link>
      </div>
    </Page>
  );
}

function SignInForm({ isNeeded }: { readonly isNeeded: boolean }) {
  const words = useWords();
  const { say } = words;
  const signIn = useSignIn();
  const leave = useLeaveTo();
  const waitS = useThrottle(signIn.error);
  const [form, setForm] = useState({ email: "", password: "" });
  const [isTried, setTried] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (form.email.trim() === "" || form.password === "" || waitS > 0) return;
    const person = { email: form.email.trim(), password: form.password };
    signIn.mutate(person, { onSuccess: () => (isNeeded ? undefined : leave()) });
  };
  return (
    <form className="sign-in-form" noValidate onSubmit={submit}>
      <TextInput
        autoComplete="username"
        error={isTried && form.email.trim() === "" ? say("signIn.emptyEmail") : null}
        label={say("signIn.email")}
        name="email"
        onChange={({ currentTarget }) => setForm({ ...form, email: currentTarget.value })}
        size="md"
        type="email"
        value={form.email}
      />
      <PasswordInput
        autoComplete="current-password"
        error={isTried && form.password === "" ? say("signIn.emptyPassword") : null}
        label={say("signIn.password")}
        name="password"
        onChange={({ currentTarget }) => setForm({ ...form, password: currentTarget.value })}
        size="md"
        value={form.password}
      />
      {signIn.error ? (
        <Note kind={waitS > 0 ? "care" : "stop"}>
          {waitS > 0 ? say("signIn.throttled", { count: waitS }) : faultWords(words, signIn.error)}
        </Note>
      ) : null}
      <Button disabled={waitS > 0} loading={signIn.isPending} size="md" type="submit">
        {say("signIn.submit")}
      </Button>
    </form>
  );
}

/** Seconds until another attempt makes sense; 0 when it does. */
function useThrottle(fault: Error | null): number {
  const nowMs = useNow();
  const [untilMs, setUntilMs] = useState(0);
  useEffect(() => {
    const isThrottled = fault instanceof ApiRefusal && fault.problem.code === "too-many-requests";
    setUntilMs(isThrottled ? Date.now() + throttledMs : 0);
  }, [fault]);
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1_000));
}

/** Back to where the visitor came from; only addresses of this console count. */
function useLeaveTo(): () => void {
  const navigate = useNavigate();
  const { to } = useSearch({ strict: false });
  return () => void navigate({ to: to?.startsWith("/") && !to.startsWith("//") ? to : "/" });
}
