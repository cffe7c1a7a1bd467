import type { DrawnBayView } from "@pista/contracts";
import { ageWords } from "../messages/age-words.ts";
import type { MessageId } from "../messages/en.ts";
import type { Words } from "../messages/use-words.ts";

type RuleNow = DrawnBayView["rulesNow"][number];
type Speaker = Pick<Words, "say" | "formats">;

/** The list of users is open: what has no words yet is said as the inventory writes it. */
const userMessages: Readonly<Partial<Record<string, MessageId>>> = {
  delivery: "bay.users.delivery",
  disabled_parking_permit: "bay.users.disabled_parking_permit",
  electric: "bay.users.electric",
  permit: "bay.users.permit",
  taxi: "bay.users.taxi",
  truck: "bay.users.truck",
};

/** What holds now, a sentence for each rule: "Loading, for deliveries, at most 30 min". */
export const rulesWords = (words: Speaker, rules: readonly RuleNow[]): readonly string[] =>
  rules.map((rule, index) => {
    const said = ruleWords(words, rule);
    const isForOthers = index > 0 && rule.userClasses.length === 0;
    return isForOthers ? words.say("bay.ruleOthers", { rule: said }) : said;
  });

function ruleWords(words: Speaker, { activity, userClasses, maxStayMinutes }: RuleNow): string {
  const { say } = words;
  const users = userClasses
    .map((name) => {
      const message = userMessages[name];
      return message ? say(message) : name.replaceAll("_", " ");
    })
    .join(" + ");
  const values = {
    activity: say(`bay.activity.${activity}`),
    users,
    time: stayWords(words, maxStayMinutes ?? 0),
  };
  if (maxStayMinutes === null) return say(users === "" ? "bay.rule" : "bay.ruleFor", values);
  return say(users === "" ? "bay.ruleStay" : "bay.ruleForStay", values);
}

const stayWords = (words: Speaker, minutes: number): string =>
  minutes % 60 === 0
    ? words.say("bay.hours", { count: minutes / 60 })
    : ageWords(words, minutes * 60_000);
