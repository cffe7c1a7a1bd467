import { notifications } from "@mantine/notifications";
import { call, resumeTrialRoute, suspendTrialRoute, type TrialView } from "@pista/contracts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { faultWords } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";
import { useParts } from "../parts.ts";

/** The stream tells everyone; these two only spare whoever ordered it the wait. */
function useRenew(): () => void {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: ["trials"] });
    void queries.invalidateQueries({ queryKey: ["audit"] });
  };
}

export function useSuspend(trial: TrialView | null) {
  const { transport } = useParts();
  const { say } = useWords();
  const renew = useRenew();
  return useMutation({
    mutationFn: (reason: string) =>
      call(transport, suspendTrialRoute, {
        params: { trialId: trial?.id ?? "" },
        body: { reason },
      }),
    onSuccess: ({ title }) => {
      renew();
      notifications.show({
        message: say("trials.suspendedNote", { title }),
        closeButtonProps: { "aria-label": say("app.close") },
      });
    },
  });
}

export function useResume(trial: TrialView) {
  const { transport } = useParts();
  const words = useWords();
  const renew = useRenew();
  const closeButtonProps = { "aria-label": words.say("app.close") };
  return useMutation({
    mutationFn: () =>
      call(transport, resumeTrialRoute, { params: { trialId: trial.id }, body: {} }),
    onSuccess: ({ title }) => {
      renew();
      notifications.show({ message: words.say("trials.resumed", { title }), closeButtonProps });
    },
    onError: (fault) =>
      notifications.show({ color: "stop", message: faultWords(words, fault), closeButtonProps }),
  });
}
