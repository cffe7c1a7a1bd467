import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { IconLogout, IconMoon, IconSun, IconUser } from "@tabler/icons-react";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMe } from "../http/queries.ts";
import { useSignOut } from "../http/use-session.ts";
import { useWords } from "../messages/use-words.ts";
import { useScheme } from "../theme/use-scheme.ts";
import { useNow } from "../use-now.ts";
import { LanguageChoice } from "./language-choice.tsx";
import "./top-bar.css";

export function TopBar({ title, pills }: { readonly title: string; readonly pills?: ReactNode }) {
  const { data } = useMe();
  return (
    <header className="top-bar">
      <h1 className="top-bar-title">{title}</h1>
      <div className="top-bar-pills">{pills ?? <CityClock />}</div>
      {data?.isDemonstration ? <DemonstrationPill /> : null}
      <div className="top-bar-end">
        <LanguageChoice />
        <SchemeToggle />
        <Account />
      </div>
    </header>
  );
}

export function CityClock() {
  const { say, formats } = useWords();
  const time = formats.timeOfDay(useNow());
  return (
    <span className="pill top-bar-clock" role="timer" aria-label={say("bar.cityTime", { time })}>
      <b>{say("bar.city")}</b> <span className="figure">{time}</span>
    </span>
  );
}

function DemonstrationPill() {
  const { say } = useWords();
  return (
    <Tooltip label={say("bar.demonstrationDetail")} multiline w={280}>
      <span className="pill pill-gold top-bar-gold" data-testid="demonstration">
        {say("bar.demonstration")}
      </span>
    </Tooltip>
  );
}

function SchemeToggle() {
  const { say } = useWords();
  const { scheme, choose } = useScheme();
  const isDark = scheme === "dark";
  const label = say(isDark ? "bar.toLight" : "bar.toDark");
  const Icon = isDark ? IconSun : IconMoon;
  return (
    <ActionIcon
      aria-label={label}
      onClick={() => choose(isDark ? "light" : "dark")}
      size={36}
      title={label}
      variant="default"
    >
      <Icon aria-hidden="true" size={18} stroke={1.6} />
    </ActionIcon>
  );
}

function Account() {
  const { say } = useWords();
  const person = useMe().data?.person;
  const signOut = useSignOut();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  if (!person) {
    if (pathname === "/sign-in") return null;
    return (
      <Button
        component={Link}
        onClick={(event) => {
          event.preventDefault();
          void navigate({ to: "/sign-in", search: { to: pathname } });
        }}
        size="sm"
        to="/sign-in"
        variant="default"
      >
        {say("bar.signIn")}
      </Button>
    );
  }
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <ActionIcon
          aria-label={say("bar.account", { name: person.name })}
          data-testid="account"
          size={36}
          variant="default"
        >
          <IconUser aria-hidden="true" size={18} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div className="account-card">
          <b>{person.name}</b>
          <span className="second">{person.email}</span>
          <span className="second">{person.organisation.name}</span>
          <span className="third">
            {person.roles.map((role) => say(`role.${role}`)).join(", ")}
          </span>
        </div>
        <Menu.Divider />
        <Menu.Item
          data-testid="sign-out"
          leftSection={<IconLogout aria-hidden="true" size={16} />}
          onClick={() => signOut.mutate()}
        >
          {say("bar.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
