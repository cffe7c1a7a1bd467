import { call, type MeView, signIn, signOut } from "@pista/contracts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useParts } from "../parts.ts";

/** Somebody else is asking from now on: what was fetched and streamed for the last one goes. */
function useBecome(): (meView: MeView | undefined) => Promise<void> {
  const queries = useQueryClient();
  const { live } = useParts();
  return async (meView) => {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
    if (meView) queries.setQueryData(["me"], meView);
    else await queries.invalidateQueries({ queryKey: ["me"] });
    live.restart();
  };
}

export function useSignIn() {
  const { transport } = useParts();
  const become = useBecome();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => call(transport, signIn, { body }),
    onSuccess: become,
  });
}

export function useSignOut() {
  const { transport } = useParts();
  const become = useBecome();
  return useMutation({
    mutationFn: () => call(transport, signOut, { body: {} }),
    onSuccess: () => become(undefined),
  });
}
