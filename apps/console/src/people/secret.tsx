import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useWords } from "../messages/use-words.ts";

/** A secret that the hub tells once: to be read, or copied, now. */
export function Secret(props: {
  readonly title: string;
  readonly value: string;
  readonly hint?: string;
}) {
  const { say } = useWords();
  return (
    <div className="secret" role="status">
      <p className="secret-title">{props.title}</p>
      <div className="secret-value">
        <code className="figure" data-testid="secret">
          {props.value}
        </code>
        <CopyButton value={props.value}>
          {({ copied, copy }) => (
            <Button
              leftSection={
                copied ? (
                  <IconCheck aria-hidden="true" size={16} />
                ) : (
                  <IconCopy aria-hidden="true" size={16} />
                )
              }
              onClick={copy}
              size="xs"
              variant="default"
            >
              {say(copied ? "app.copied" : "app.copy")}
            </Button>
          )}
        </CopyButton>
      </div>
      <p className="second">
        {say("app.shownOnce")} {props.hint}
      </p>
    </div>
  );
}
