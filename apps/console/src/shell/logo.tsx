/** An arc of runway in the river's blue, and a machine on it in gold. */
export function Logo({ sizePx }: { readonly sizePx: number }) {
  return (
    <svg aria-hidden="true" focusable="false" height={sizePx} viewBox="0 0 32 32" width={sizePx}>
      <path
        d="M5 24.5A11 11 0 0 1 16 8.5c6 0 10.5 4.1 10.5 9 0 4.2-3.1 7-7.2 7"
        fill="none"
        stroke="var(--po)"
        strokeLinecap="round"
        strokeWidth="3.4"
      />
      <circle cx="17.5" cy="24.3" fill="var(--oro)" r="3" />
    </svg>
  );
}
