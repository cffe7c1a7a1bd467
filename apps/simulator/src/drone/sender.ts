/** Who sent a message, and whom the answer is for. */
export type Sender = { readonly systemId: number; readonly componentId: number };

export const targetOf = ({ systemId, componentId }: Sender) => ({
  targetSystem: systemId,
  targetComponent: componentId,
});
